//! Carrying out a command line, command by command.

use std::sync::Arc;

use crate::at::param::{ArgList, Param, ParamError, Values};
use crate::at::result::ResultCode;
use crate::at::syntax::{Call, Form, next_call};

use super::Modem;
use super::command::{CommandSpec, Flow, Handled, Item, Refusal, WriteForm};
use super::interface::Interface;
use super::record::{CommandRecord, Record};

impl Modem {
    /// Carries out the line `text`, which stood behind `AT`.
    pub(super) fn start_line(&mut self, text: Arc<String>) {
        self.host.line = Some((text, 0));
        self.host.muted = false;
        self.line_goes_on(Ok(Flow::Done));
    }

    /// The command before went as `handled` says; what follows it in the line is carried out.
    pub(super) fn line_goes_on(&mut self, mut handled: Handled) {
        // The text is shared, not copied: handlers may change everything else meanwhile.
        let text = self.host.line.as_ref().map(|(text, _)| text.clone());
        loop {
            match handled {
                Ok(Flow::Wait) => return,
                Ok(Flow::Done) => {}
                Err(refusal) => return self.end_line(code_of(refusal)),
            }
            let (Some(text), Some((_, at))) = (&text, &mut self.host.line) else { return };
            let call = match next_call(text, at) {
                None => return self.end_line(ResultCode::Ok),
                Some(Err(_)) => return self.end_line(ResultCode::Error),
                Some(Ok(call)) => call,
            };
            self.host.info_begun = false;
            handled = self.call(&call);
        }
    }

    /// The line is done: its final result.
    pub(super) fn end_line(&mut self, code: ResultCode) {
        if code == ResultCode::Ok && self.ftp_tells_outcome_first() {
            return;
        }
        self.host.line = None;
        self.interface = Interface::Command;
        if std::mem::take(&mut self.host.muted) {
            self.flush();
        } else {
            self.write_result(code);
        }
        self.result_written();
        self.ftp_result_written();
    }

    fn call(&mut self, call: &Call<'_>) -> Handled {
        let spec = self.table.find(call.name, &self.knobs);
        let record = || CommandRecord {
            name: spec.map_or(call.name, |spec| spec.name).to_owned(),
            form: call.form.into(),
            arguments: match call.form {
                Form::Write(arguments) => arguments.to_owned(),
                _ => String::new(),
            },
            known: spec.is_some(),
        };
        self.note(|| Record::Command(record()));
        let Some(spec) = spec else { return Err(Refusal::Error) };
        if self.interceptor.is_some() {
            self.plan_command(&record())?;
            if self.host.line.is_none() {
                // It did not survive what happened to the modem with this command.
                return Ok(Flow::Wait);
            }
        }
        match call.form {
            Form::Test => {
                for line in spec.test_lines(self).ok_or(Refusal::Error)? {
                    self.info(format_args!("{line}"));
                }
                Ok(Flow::Done)
            }
            Form::Read => spec.read.ok_or(Refusal::Error)?(self, &Values::NONE),
            Form::Execute => spec.execute.ok_or(Refusal::Error)?(self, &Values::NONE),
            Form::Write(args) => match spec.write {
                WriteForm::None => Err(Refusal::Error),
                WriteForm::Params(params, handler) => {
                    let values = Values::parse(args, params).map_err(|e| spec.refusal(e))?;
                    handler(self, &values)
                }
                WriteForm::Keyed(context, items) => self.keyed(spec, context, items, args),
            },
        }
    }

    /// `AT+CMD="key"` queries, `AT+CMD="key",…` sets; a context comes behind the key.
    fn keyed(
        &mut self,
        spec: &CommandSpec,
        context: Option<&'static Param>,
        items: &'static [Item],
        args: &str,
    ) -> Handled {
        let refuse = |error| spec.refusal(error);
        let mut args = ArgList::new(args);
        let key = args.take_text(&KEY).map_err(refuse)?;
        let item = items
            .iter()
            .find(|item| item.key.eq_ignore_ascii_case(key) && (item.available)(self))
            .ok_or_else(|| refuse(ParamError::UnknownKey))?;
        let id: Option<u8> = match context {
            Some(context) => args.take_number(context).map_err(refuse)?,
            None => None,
        };
        if args.is_empty() {
            let value = (item.get)(self, id.unwrap_or(0));
            match id {
                Some(id) => {
                    self.info(format_args!("{}: \"{}\",{id},{value}", spec.name, item.key));
                }
                None => self.info(format_args!("{}: \"{}\",{value}", spec.name, item.key)),
            }
            return Ok(Flow::Done);
        }
        let values = args.take(item.params).map_err(refuse)?;
        args.end().map_err(refuse)?;
        (item.set)(self, id.unwrap_or(0), &values)
    }
}

/// The first parameter of a keyed command.
const KEY: Param = Param::text("<key>", 64);

fn code_of(refusal: Refusal) -> ResultCode {
    match refusal {
        Refusal::Error => ResultCode::Error,
        Refusal::Cme(error) => ResultCode::Cme(error),
        Refusal::NoCarrier => ResultCode::NoCarrier,
    }
}
