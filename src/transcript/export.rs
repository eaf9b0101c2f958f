//! The dialogue of a journal in the [`chat`](super::chat) format, so that it can be replayed.
//!
//! Data that the journal has only the beginning of can't be sent again: record with
//! [`Scope::full`](super::journal::Scope). For passwords that are hidden, see
//! [`Scope::secrets`](super::journal::Scope).

use bytes::{Bytes, BytesMut};

use super::chat::{counter, quote};
use super::data::Data;
use super::event::{Entry, Event};

/// Content of the module's data up to so many bytes is written out; of more, the length.
const WRITTEN_OUT: u64 = 64;

/// Content of the host's data stands in lines of so many bytes.
const LINE: usize = 1024;

/// The last line of a dialogue that was recorded to its end.
const THE_END: &str = "# The end.\n";

/// Writes a dialogue, entry by entry.
#[derive(Debug, Default)]
pub struct Export {
    /// The host's last command line, whose echo is no answer.
    said: String,
    /// Data that goes on, perhaps in more entries.
    host: BytesMut,
    module: Option<Data>,
}

impl Export {
    /// The steps of an entry; may be empty.
    pub fn entry(&mut self, entry: &Entry) -> String {
        match &entry.event {
            Event::Started(start) => {
                format!("# Recorded from {} ({}), seed {}\n", start.modem, start.model, start.seed)
            }
            Event::FromHost(bytes) => self.data() + &self.said(bytes),
            Event::ToHost(bytes) => self.data() + &self.answered(bytes),
            Event::DataFromHost(data) => {
                let mut before = self.module.take().map(module_data).unwrap_or_default();
                // The escape sequence is a step of its own.
                if data.bytes[..] == *b"+++" {
                    before += &self.host_data();
                }
                self.host.extend_from_slice(&data.bytes);
                before
            }
            Event::DataToHost(data) => {
                let before = self.host_data();
                self.module = Some(match self.module.take() {
                    Some(first) => Data { len: first.len + data.len, ..first },
                    None => data.clone(),
                });
                before
            }
            Event::Ended => self.data() + THE_END,
            _ => String::new(),
        }
    }

    /// The data before another step.
    fn data(&mut self) -> String {
        self.host_data() + &self.module.take().map(module_data).unwrap_or_default()
    }

    fn host_data(&mut self) -> String {
        let data = self.host.split();
        match &data[..] {
            b"" => String::new(),
            b"+++" => "+++\n".to_owned(),
            _ if data[..] == counter(data.len()) => format!(">> {}\n", data.len()),
            _ => data.chunks(LINE).map(|part| format!(">> {}\n", quote(part))).collect(),
        }
    }

    fn said(&mut self, bytes: &Bytes) -> String {
        let text = String::from_utf8_lossy(bytes);
        let Some(line) = text.strip_suffix('\r').filter(|line| !line.contains(char::is_control))
        else {
            return format!(">> {}\n", quote(bytes));
        };
        line.clone_into(&mut self.said);
        let hidden = if line.contains("***") {
            "# A password is hidden: put it in, or record with --secrets.\n"
        } else {
            ""
        };
        format!("{hidden}> {line}\n")
    }

    fn answered(&mut self, bytes: &Bytes) -> String {
        let text = String::from_utf8_lossy(bytes);
        let said = std::mem::take(&mut self.said);
        let echo = text.strip_prefix(&said).and_then(|text| text.strip_prefix('\r'));
        let lines = echo.filter(|_| !said.is_empty()).unwrap_or(&text).split("\r\n");
        lines.filter(|line| !line.is_empty()).map(|line| format!("< {line}\n")).collect()
    }
}

fn module_data(data: Data) -> String {
    if data.is_whole() && data.len <= WRITTEN_OUT {
        format!("<< {}\n", quote(&data.bytes))
    } else {
        format!("<< {}\n", data.len)
    }
}

/// The dialogue of these entries.
pub fn export<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> String {
    let mut export = Export::default();
    entries.into_iter().map(|entry| export.entry(entry)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Rig;
    use crate::transcript::chat;
    use crate::transcript::journal::Scope;

    const DIALOGUE: &str = r#"> AT+CSQ;+QFTPSTAT
< +CSQ: 24,99
< OK
< +QFTPSTAT: 0,1
> AT+QFUPL="a",2048,5,1
< CONNECT
>> 2048
<< "AA"
< +QFUPL: 2048,{sum}
< OK
> AT+QFTPPUT="b","COM:",0,4,1
< CONNECT
>> "\x00b\r\n"
< OK
< +QFTPPUT: 0,4
> AT+QFDWL="a"
< CONNECT
<< 2048
< +QFDWL: 2048,{sum}
< OK
> AT+QFTPPUT="c","COM:"
< CONNECT
>> "abc"
+++
< OK
< +QFTPPUT: 0,3
> AT+QFTPGET="none","COM:"
< +CME ERROR: 627
"#;

    fn recorded(dialogue: &str) -> String {
        let mut rig = Rig::logged_in();
        rig.record(Scope { full: true, ..Scope::default() });
        rig.play(dialogue);
        export(rig.journal().entries())
    }

    #[test]
    fn what_is_recorded_plays_again_and_gives_the_same_record() {
        let first = recorded(DIALOGUE);
        assert_eq!(chat::parse(&first).expect("steps").len(), DIALOGUE.lines().count(), "{first}");
        assert_eq!(recorded(&first), first);
    }

    #[test]
    fn a_hidden_password_is_told() {
        let chat = recorded("> AT+QFTPCFG=\"account\",\"u\",\"pw\"\n< OK\n");
        assert_eq!(
            chat,
            "# A password is hidden: put it in, or record with --secrets.\n\
             > AT+QFTPCFG=\"account\",\"u\",\"***\"\n< OK\n# The end.\n"
        );
    }
}
