//! The commands of the module and the verbs of FTP, as triggers and expectations name them.

use crate::commands::TABLE;
use crate::modem::command::{CommandSpec, Group, TestForm, WriteForm};
use crate::modem::knobs::Knobs;
use crate::modem::record::CallForm;

use super::form::{Form, Reader, hint, words};
use super::node::Node;
use super::shape::{Shape, Word};

/// A command that the module knows.
#[derive(Clone, Copy, Debug)]
pub struct Command(pub &'static CommandSpec);

impl PartialEq for Command {
    fn eq(&self, other: &Command) -> bool {
        self.0.name == other.0.name
    }
}

impl Form for Command {
    fn shape() -> Shape {
        let word =
            |spec: &'static CommandSpec| Word { name: spec.name.to_owned(), doc: spec.summary };
        Shape::Words(TABLE.iter().map(word).collect())
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<Command> {
        let text = reader.text(node, "the name of a command such as +QFTPPUT")?;
        match TABLE.find(text, &Knobs::default()) {
            Some(spec) => Some(Command(spec)),
            None => {
                let names: Vec<_> = TABLE.iter().map(|spec| spec.name).collect();
                let near = names.iter().copied().filter(|name| name.starts_with('+'));
                let hint = match hint(text.trim_start_matches("AT"), near) {
                    hint if hint.starts_with("did") => hint,
                    _ => "`qftpsim commands` lists them".to_owned(),
                };
                reader.problem(node.span, format!("unknown command {}: {hint}", node.describe()))
            }
        }
    }
}

impl Command {
    pub(super) fn name(self) -> &'static str {
        self.0.name
    }

    /// Whether it is answered by `OK` and, later, a line that says how it went.
    pub fn has_outcome(self) -> bool {
        let told_at_once = matches!(self.name(), "+QFTPCFG" | "+QFTPSTAT" | "+QFTPLEN");
        self.0.group == Group::Ftp && !told_at_once
    }

    /// Whether it moves data over a data connection.
    pub fn is_transfer(self) -> bool {
        self.is_upload() || self.is_download()
    }

    pub(super) fn is_upload(self) -> bool {
        self.name() == "+QFTPPUT"
    }

    pub(super) fn is_download(self) -> bool {
        matches!(self.name(), "+QFTPGET" | "+QFTPLIST" | "+QFTPNLST" | "+QFTPMLSD")
    }

    /// The verbs that the module sends for it.
    pub fn verbs(self) -> &'static [Verb] {
        use Verb::{
            Appe, Auth, Cwd, Dele, Eprt, Epsv, Greeting, List, Mdtm, Mkd, Mlsd, Nlst, Pass, Pasv,
            Pbsz, Port, Prot, Pwd, Quit, Rest, Retr, Rmd, Rnfr, Rnto, Size, Stor, Type, User,
        };
        match self.name() {
            "+QFTPOPEN" => &[Greeting, Auth, User, Pass, Pbsz, Prot, Type],
            "+QFTPCLOSE" => &[Quit],
            "+QFTPCWD" => &[Cwd],
            "+QFTPPWD" => &[Pwd],
            "+QFTPPUT" => &[Pasv, Epsv, Port, Eprt, Rest, Stor, Appe],
            "+QFTPGET" => &[Pasv, Epsv, Port, Eprt, Rest, Retr],
            "+QFTPSIZE" => &[Size],
            "+QFTPDEL" => &[Dele],
            "+QFTPMKDIR" => &[Mkd],
            "+QFTPRMDIR" => &[Rmd],
            "+QFTPRENAME" => &[Rnfr, Rnto],
            "+QFTPMDTM" => &[Mdtm],
            "+QFTPLIST" => &[Pasv, Epsv, Port, Eprt, List],
            "+QFTPNLST" => &[Pasv, Epsv, Port, Eprt, Nlst],
            "+QFTPMLSD" => &[Pasv, Epsv, Port, Eprt, Mlsd],
            _ => &[],
        }
    }

    pub(super) fn has(self, form: CallForm) -> bool {
        match form {
            CallForm::Test => !matches!(self.0.test, TestForm::None),
            CallForm::Read => self.0.read.is_some(),
            CallForm::Write => !matches!(self.0.write, WriteForm::None),
            CallForm::Execute => self.0.execute.is_some(),
        }
    }

    /// The most parameters that it takes.
    pub(super) fn most_parameters(self) -> usize {
        match self.0.write {
            WriteForm::None => 0,
            WriteForm::Params(params, _) => params.len(),
            WriteForm::Keyed(context, items) => {
                let key = 1 + usize::from(context.is_some());
                key + items.iter().map(|item| item.params.len()).max().unwrap_or(0)
            }
        }
    }
}

impl Form for CallForm {
    fn shape() -> Shape {
        let word = |form: CallForm| Word { name: form.word().to_owned(), doc: form.summary() };
        Shape::Words(CallForm::ALL.into_iter().map(word).collect())
    }

    fn read(node: &Node, reader: &mut Reader) -> Option<CallForm> {
        reader.word(node, &CallForm::ALL, CallForm::word)
    }
}

words! {
    /// What the client says to the server (RFC 959, 2228, 2428, 3659); or the moment of the
    /// greeting, before it says anything.
    pub enum Verb {
        /// The connection stands, the server is about to greet.
        Greeting = "GREETING",
        /// TLS, please.
        Auth = "AUTH",
        /// User name.
        User = "USER",
        /// Password.
        Pass = "PASS",
        /// Protection buffer size.
        Pbsz = "PBSZ",
        /// Protection of the data connections.
        Prot = "PROT",
        /// ASCII or binary.
        Type = "TYPE",
        /// The server listens for the data connection.
        Pasv = "PASV",
        /// The same in the form that knows IPv6.
        Epsv = "EPSV",
        /// The client listens.
        Port = "PORT",
        /// The same in the form that knows IPv6.
        Eprt = "EPRT",
        /// Start the next transfer at an offset.
        Rest = "REST",
        /// Upload.
        Stor = "STOR",
        /// Upload to the end of a file.
        Appe = "APPE",
        /// Download.
        Retr = "RETR",
        /// Listing for people.
        List = "LIST",
        /// Listing of names.
        Nlst = "NLST",
        /// Listing of facts.
        Mlsd = "MLSD",
        /// Change the folder.
        Cwd = "CWD",
        /// Which folder it is.
        Pwd = "PWD",
        /// Size of a file.
        Size = "SIZE",
        /// Time of a file.
        Mdtm = "MDTM",
        /// Delete a file.
        Dele = "DELE",
        /// Make a folder.
        Mkd = "MKD",
        /// Remove a folder.
        Rmd = "RMD",
        /// Rename from.
        Rnfr = "RNFR",
        /// Rename to.
        Rnto = "RNTO",
        /// Good bye.
        Quit = "QUIT",
    }
}

impl Verb {
    pub(super) fn is_upload(self) -> bool {
        matches!(self, Verb::Stor | Verb::Appe)
    }

    pub(super) fn is_download(self) -> bool {
        matches!(self, Verb::Retr | Verb::List | Verb::Nlst | Verb::Mlsd)
    }

    /// Whether a data connection belongs to it.
    pub fn is_transfer(self) -> bool {
        self.is_upload() || self.is_download()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_is_sent_by_some_command() {
        for verb in Verb::ALL {
            let sends = |spec| Command(spec).verbs().contains(verb);
            assert!(TABLE.iter().any(sends), "{}", verb.word());
        }
    }
}
