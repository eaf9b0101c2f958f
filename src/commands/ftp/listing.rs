//! What `AT+QFTPLIST`, `AT+QFTPNLST` and `AT+QFTPMLSD` share: a directory, and where its listing
//! goes.

use crate::at::param::{Param, Values};
use crate::modem::Modem;
use crate::modem::command::{CommandSpec, Group, Handled, Handler, TestForm};
use crate::modem::ftp::GetRequest;
use crate::modem::link::{ListVerb, Transfer};

const PARAMS: &[Param] =
    &[Param::file("<dirname>", 255), Param::file("<local_name>", 60).optional("COM:")];

pub(super) const fn listing(
    name: &'static str,
    summary: &'static str,
    source: &'static str,
    handler: Handler,
) -> CommandSpec {
    CommandSpec::new(name, Group::Ftp, summary, source)
        .test(TestForm::Flat)
        .write(PARAMS, handler)
        .reject_with(610)
}

pub(super) fn run(
    modem: &mut Modem,
    values: &Values<'_>,
    prefix: &'static str,
    verb: ListVerb,
) -> Handled {
    modem.ftp_get(GetRequest {
        prefix,
        transfer: Transfer::List { verb, path: values.text(0).to_owned() },
        local: values.opt_text(1).unwrap_or("COM:"),
        length: None,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::modem::link::{LinkEvent, LinkRequest};
    use crate::rig::Rig;

    fn with_files() -> Rig {
        let mut rig = Rig::logged_in();
        rig.server.put("/a.txt", "1");
        rig.server.put("/sub/b.txt", "22");
        rig
    }

    #[test]
    fn the_listing_goes_to_com_unless_told_otherwise() {
        let listing = "type=file;size=1;modify=20140708110039; a.txt\r\n\
             type=dir;modify=20140708110039; sub\r\n";
        for args in ["\".\"", "\"/\",\"COM:\"", "\"\"", "."] {
            let line = format!("AT+QFTPMLSD={args}");
            let mut rig = with_files();
            let expected = format!("{line}\r\r\nCONNECT\r\n{listing}\r\nOK\r\n");
            assert_eq!(rig.ask(&line), expected);
            rig.play(&format!("< +QFTPMLSD: 0,{}", listing.len()));
        }
    }

    #[test]
    fn each_command_uses_its_verb() {
        let mut rig = with_files();
        rig.play(
            r#"
            > AT+QFTPLIST="sub"
            < CONNECT
            < -rw-r--r-- {size} 11:00 b.txt
            < OK
            < +QFTPLIST: 0,{size}
            > AT+QFTPNLST="sub"
            < CONNECT
            < b.txt
            < OK
            < +QFTPNLST: 0,7
            > AT+QFTPMLSD="sub"
            < CONNECT
            < type=file;size=2;{facts}; b.txt
            < OK
            < +QFTPMLSD: 0,{size}
            > AT+QFTPLEN
            < OK
            < +QFTPLEN: 0,47
        "#,
        );
    }

    #[test]
    fn the_listing_goes_to_a_local_file() {
        let mut rig = with_files();
        rig.play(
            r#"
            > AT+QFTPNLST=".","RAM:n.txt"
            < OK
            < +QFTPNLST: 0,12
            > AT+QFDWL="RAM:n.txt"
            < CONNECT
            << "a.txt\r\nsub\r\n"
            < +QFDWL: 12,{checksum}
            < OK
        "#,
        );
    }

    #[test]
    fn an_empty_folder_is_an_empty_listing() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPLIST=\".\"\n< CONNECT\n< OK\n< +QFTPLIST: 0,0");
        rig.play("> AT+QFTPLIST=\".\",\"UFS:l\"\n< OK\n< +QFTPLIST: 0,0");
    }

    #[test]
    fn a_missing_folder_is_627() {
        let mut rig = Rig::logged_in();
        rig.play("> AT+QFTPLIST=\"none\"\n< +CME ERROR: 627");
        rig.play("> AT+QFTPNLST=\"none\",\"RAM:l\"\n< OK\n< +QFTPNLST: 627,550");
    }

    #[test]
    fn a_listing_can_be_resumed_but_not_mlsd() {
        for (name, resumed) in [("LIST", true), ("NLST", true), ("MLSD", false)] {
            let mut rig = Rig::logged_in();
            rig.server.silence(true);
            rig.ask(&format!("AT+QFTP{name}=\".\""));
            let id = rig.server.last_id();
            rig.event(LinkEvent::Data(id, "one".into()));
            rig.received();
            rig.escape();
            assert_eq!(rig.text(), "\r\nOK\r\n");
            rig.pass(Duration::from_secs(1));
            rig.play(&format!("> ATO\n< {}", if resumed { "CONNECT" } else { "NO CARRIER" }));
            assert_eq!(rig.server.requests.contains(&LinkRequest::Cancel(id)), !resumed);
        }
    }
}
