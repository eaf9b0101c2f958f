//! Every `<err>` of the note's §5 and every reply of its §6: from its natural cause where it has
//! one, and by script.

use std::fmt::Write;

use qftpsim::at::error::CmeError;

use crate::bench::Bench;

/// The replies of the note's §6, and the `<err>` that each implies.
const REPLIES: [(u16, u16); 17] = [
    (421, 614),
    (425, 615),
    (426, 616),
    (450, 617),
    (451, 618),
    (452, 619),
    (500, 620),
    (501, 621),
    (502, 622),
    (503, 623),
    (504, 624),
    (530, 625),
    (532, 626),
    (550, 627),
    (551, 628),
    (552, 629),
    (553, 630),
];

/// One way to an `<err>`.
struct Way {
    err: u16,
    /// For people.
    cause: &'static str,
    /// What the scenario has besides.
    given: &'static str,
    /// What is wrong, in the scenario; if it is empty, a command is.
    wrong: &'static str,
    /// What the host does, and in the end hears; its session is open.
    dialogue: &'static str,
}

/// What ends a session that is open already.
const CLOSE: &str = "> AT+QFTPCLOSE\n< OK\n< +QFTPCLOSE: 0,0\n";

const fn way(
    err: u16,
    cause: &'static str,
    (given, wrong): (&'static str, &'static str),
    dialogue: &'static str,
) -> Way {
    Way { err, cause, given, wrong, dialogue }
}

/// A file of 1000 bytes in UFS, and one on the server.
const LOCAL: &str = "stores: {UFS: {files: {l: {size: 1000}}}}\n";
const REMOTE: &str = "server: {files: {/f: {size: 1000}}}\n";

const WAYS: [Way; 31] = [
    way(
        601,
        "a reply that §6 does not list",
        ("", "faults: [{name: a, when: {verb: SIZE}, do: {reply: 599}}]"),
        "> AT+QFTPSIZE=\"f\"\n< OK\n< +QFTPSIZE: 601,599",
    ),
    way(
        602,
        "none known: by script",
        ("", "faults: [{name: a, when: {command: +QFTPSIZE}, do: {outcome: {err: 602}}}]"),
        "> AT+QFTPSIZE=\"f\"\n< OK\n< +QFTPSIZE: 602,0",
    ),
    way(
        603,
        "a second session, or a command while one is under way",
        ("", ""),
        "> AT+QFTPOPEN=\"ftp.example.com\"\n< +CME ERROR: 603",
    ),
    way(
        604,
        "a name that is not resolved",
        ("", "hosts: {gone.example.com: unresolvable}"),
        "close\n> AT+QFTPOPEN=\"gone.example.com\"\n< OK\n< +QFTPOPEN: 604,0",
    ),
    way(
        605,
        "a host without a route to it",
        ("", "hosts: {far.example.com: unreachable}"),
        "close\n> AT+QFTPOPEN=\"far.example.com\"\n< OK\n< +QFTPOPEN: 605,0",
    ),
    way(
        606,
        "a host that refuses connections",
        ("", "hosts: {closed.example.com: refused}"),
        "close\n> AT+QFTPOPEN=\"closed.example.com\"\n< OK\n< +QFTPOPEN: 606,0",
    ),
    way(
        607,
        "a server that has enough before all is sent",
        (LOCAL, "faults: [{name: a, at: {uploaded: 100}, do: {reply: 226}}]"),
        "> AT+QFTPPUT=\"f\",\"UFS:l\"\n< OK\n< +QFTPPUT: 607,0",
    ),
    way(
        608,
        "a control connection that is reset",
        ("", "faults: [{name: a, when: {verb: SIZE}, do: control_reset}]"),
        "> AT+QFTPSIZE=\"f\"\n< OK\n< +QFTPSIZE: 608,0",
    ),
    way(
        609,
        "a server slower than rsptimeout",
        (
            "time_scale: 20\n",
            "faults: [{name: a, when: {command: +QFTPSIZE}, do: {slow_server: 2m}}]",
        ),
        "> AT+QFTPCFG=\"rsptimeout\",20\n< OK\n\
         > AT+QFTPSIZE=\"f\"\n< OK\n< +QFTPSIZE: 609,0",
    ),
    way(
        610,
        "a parameter out of its range",
        ("", ""),
        "> AT+QFTPCFG=\"rsptimeout\",5\n< +CME ERROR: 610",
    ),
    way(
        611,
        "a local file that is not there",
        ("", ""),
        "> AT+QFTPPUT=\"f\",\"UFS:none\"\n< OK\n< +QFTPPUT: 611,0",
    ),
    way(
        612,
        "a start beyond the end of the local file",
        (LOCAL, ""),
        "> AT+QFTPPUT=\"f\",\"UFS:l\",1001\n< OK\n< +QFTPPUT: 612,0",
    ),
    way(
        613,
        "a medium that is full",
        ("server: {files: {/f: {size: 100KiB}}}\n", "stores: {UFS: {capacity: 64KiB}}"),
        "> AT+QFTPGET=\"f\",\"UFS:l\"\n< OK\n< +QFTPGET: 613,0",
    ),
    way(
        614,
        "a server that says goodbye",
        ("", "faults: [{name: a, when: {verb: PWD}, do: goodbye}]"),
        "> AT+QFTPPWD\n< OK\n< +QFTPPWD: 614,421",
    ),
    way(
        615,
        "a server that opens no data connection",
        ("", "faults: [{name: a, when: {verb: RETR}, do: {reply: 425}}]"),
        "> AT+QFTPGET=\"f\",\"UFS:l\"\n< OK\n< +QFTPGET: 615,425",
    ),
    way(
        616,
        "a data connection that is cut",
        (REMOTE, "faults: [{name: a, at: {downloaded: 100}, do: data_cut}]"),
        "> AT+QFTPGET=\"f\",\"UFS:l\"\n< OK\n< +QFTPGET: 616,426",
    ),
    way(
        617,
        "a file that is busy on the server",
        ("", "faults: [{name: a, when: {verb: DELE}, do: {reply: 450}}]"),
        "> AT+QFTPDEL=\"f\"\n< OK\n< +QFTPDEL: 617,450",
    ),
    way(
        618,
        "a server whose disk fails after the transfer",
        (REMOTE, "faults: [{name: a, when: {verb: RETR}, do: {final_reply: 451}}]"),
        "> AT+QFTPGET=\"f\",\"UFS:l\"\n< OK\n< +QFTPGET: 618,451",
    ),
    way(
        619,
        "a server whose quota is used up",
        (LOCAL, "server: {quota: 500}"),
        "> AT+QFTPPUT=\"f\",\"UFS:l\"\n< OK\n< +QFTPPUT: 619,452",
    ),
    way(
        620,
        "a server that does not know the verb",
        ("", "faults: [{name: a, when: {verb: MDTM}, do: {reply: 500}}]"),
        "> AT+QFTPMDTM=\"f\"\n< OK\n< +QFTPMDTM: 620,500",
    ),
    way(
        621,
        "a server that dislikes the argument",
        ("", "faults: [{name: a, when: {verb: CWD}, do: {reply: 501}}]"),
        "> AT+QFTPCWD=\"/a\"\n< OK\n< +QFTPCWD: 621,501",
    ),
    way(
        622,
        "a server without the verb",
        ("", "faults: [{name: a, when: {verb: MLSD}, do: {reply: 502}}]"),
        "> AT+QFTPMLSD=\".\",\"UFS:l\"\n< OK\n< +QFTPMLSD: 622,502",
    ),
    way(
        623,
        "a server that has forgotten what came before",
        (REMOTE, "faults: [{name: a, when: {verb: RNTO}, do: {reply: 503}}]"),
        "> AT+QFTPRENAME=\"f\",\"g\"\n< OK\n< +QFTPRENAME: 623,503",
    ),
    way(
        624,
        "a server that offers no TLS",
        ("", "faults: [{name: a, when: {verb: AUTH}, do: {reply: 504}}]"),
        "close\n> AT+QFTPCFG=\"ssltype\",2\n< OK\n\
         > AT+QFTPOPEN=\"ftp.example.com\"\n< OK\n< +QFTPOPEN: 624,504",
    ),
    way(
        625,
        "a wrong account",
        ("", ""),
        "close\n> AT+QFTPCFG=\"account\",\"test\",\"wrong\"\n< OK\n\
         > AT+QFTPOPEN=\"ftp.example.com\"\n< OK\n< +QFTPOPEN: 625,530",
    ),
    way(
        626,
        "a server that wants an account to store files",
        (LOCAL, "faults: [{name: a, when: {verb: STOR}, do: {reply: 532}}]"),
        "> AT+QFTPPUT=\"f\",\"UFS:l\"\n< OK\n< +QFTPPUT: 626,532",
    ),
    way(
        627,
        "a file that is not there",
        ("", ""),
        "> AT+QFTPGET=\"none\",\"UFS:l\"\n< OK\n< +QFTPGET: 627,550",
    ),
    way(
        628,
        "a server that does not know the type of page",
        ("", "faults: [{name: a, when: {verb: RETR}, do: {reply: 551}}]"),
        "> AT+QFTPGET=\"f\",\"UFS:l\"\n< OK\n< +QFTPGET: 628,551",
    ),
    way(
        629,
        "an upload beyond what the folder may hold",
        (LOCAL, "faults: [{name: a, at: {uploaded: 500}, do: {reply: 552}}]"),
        "> AT+QFTPPUT=\"f\",\"UFS:l\"\n< OK\n< +QFTPPUT: 629,552",
    ),
    way(
        630,
        "a name that the server does not allow",
        ("", "faults: [{name: a, when: {verb: MKD}, do: {reply: 553}}]"),
        "> AT+QFTPMKDIR=\"a?\"\n< OK\n< +QFTPMKDIR: 630,553",
    ),
    way(
        631,
        "a server whose certificate is checked, without its CA",
        ("", ""),
        "close\n> AT+QFTPCFG=\"ssltype\",1\n< OK\n> AT+QSSLCFG=\"seclevel\",0,1\n< OK\n\
         > AT+QFTPOPEN=\"ftp.example.com\",990\n< OK\n< +QFTPOPEN: 631,0",
    ),
];

impl Way {
    /// Goes it, and gives back what the host heard in the end.
    fn go(&self) -> String {
        let mut bench = Bench::logged_in(&format!("{}{}", self.given, self.wrong));
        bench.play(&self.dialogue.replace("close\n", CLOSE));
        let fired = bench.fired();
        assert!(fired.iter().all(|&fired| fired == 1), "{}: {:?}", self.err, bench.faults());
        bench.heard.pop().expect("the host heard something")
    }

    /// What is wrong, as one writes it: a fault, another part of the scenario, or a command.
    fn wrong(&self) -> &str {
        if self.wrong.is_empty() {
            let commands = self.dialogue.lines().filter_map(|line| line.strip_prefix("> "));
            let commands: Vec<_> = commands.collect();
            return commands[commands.len().saturating_sub(2)];
        }
        let fault = self.wrong.strip_prefix("faults: [{name: a, ");
        fault.and_then(|fault| fault.strip_suffix("}]")).unwrap_or(self.wrong)
    }

    /// Its row of the table.
    fn row(&self, heard: &str) -> String {
        let text = CmeError(self.err).text().expect("a text");
        format!("| {} | {text} | {} | `{}` | `{heard}` |", self.err, self.cause, self.wrong())
    }
}

const HEAD: &str =
    "| err | text | for example | by | the host hears |\n| --- | --- | --- | --- | --- |\n";

#[test]
fn every_err_comes_as_the_table_in_the_readme_says() {
    let mut table = HEAD.to_owned();
    for (way, err) in WAYS.iter().zip(601..) {
        assert_eq!(way.err, err);
        let heard = way.go();
        writeln!(table, "{}", way.row(&heard)).expect("room");
        let reply = REPLIES.iter().find(|(_, implied)| *implied == err).map(|(reply, _)| reply);
        let pair = match reply {
            _ if heard.starts_with("+CME ERROR: ") => err.to_string(),
            Some(reply) => format!("{err},{reply}"),
            None if err == 601 => "601,599".to_owned(),
            None => format!("{err},0"),
        };
        assert!(heard.ends_with(&format!(": {pair}")), "{heard}, not {pair}");
    }
    println!("{table}");
    let readme = include_str!("../../README.md");
    let begin = "<!-- errs -->\n";
    let from = readme.find(begin).expect("the mark is there") + begin.len();
    let to = readme[from..].find("<!-- end -->").expect("the end mark is there") + from;
    assert_eq!(readme[from..to].trim(), table.trim());
}

#[test]
fn every_err_can_be_an_outcome_whatever_the_cause() {
    let fault = |err: u16| {
        let (nth, reply) = (err - 600, if err.is_multiple_of(2) { 550 } else { 0 });
        format!(
            "- {{name: e{err}, when: {{command: +QFTPSIZE, nth: {nth}}}, \
             do: {{outcome: {{err: {err}, protocol: {reply}}}}}}}\n"
        )
    };
    let mut bench =
        Bench::logged_in(&format!("faults:\n{}", (601..=631).map(fault).collect::<String>()));
    for err in 601..=631 {
        let reply = if err % 2 == 0 { 550 } else { 0 };
        bench.ask("AT+QFTPSIZE=\"f\"", &format!("+QFTPSIZE: {err},{reply}"));
    }
    assert_eq!(bench.fired(), [1; 31]);
}

#[test]
fn every_err_can_be_what_a_command_is_refused_with() {
    let fault = |err: u16| {
        let nth = err - 600;
        format!(
            "- {{name: e{err}, when: {{command: +QFTPLEN, nth: {nth}}}, do: {{cme_error: {err}}}}}\n"
        )
    };
    let mut bench =
        Bench::logged_in(&format!("faults:\n{}", (601..=631).map(fault).collect::<String>()));
    for err in 601..=631 {
        bench.play(&format!("> AT+QFTPLEN\n< +CME ERROR: {err}"));
    }
}

#[test]
fn every_reply_becomes_its_err_at_a_verb_and_in_a_transfer() {
    for (reply, err) in REPLIES {
        let mut bench = Bench::logged_in(&format!(
            "stores: {{UFS: {{files: {{l: {{size: 1000}}}}}}}}\n\
             faults:\n\
             - {{name: verb, when: {{verb: DELE}}, do: {{reply: {reply}}}}}\n\
             - {{name: byte, when: {{command: +QFTPPUT, nth: 1}}, at: {{uploaded: 10}}, do: {{reply: {reply}}}}}\n\
             - {{name: final, when: {{command: +QFTPPUT, nth: 2}}, do: {{final_reply: {reply}}}}}"
        ));
        let session = |bench: &mut Bench| {
            // 421 is the end of a session.
            if reply == 421 {
                bench.ask("AT+QFTPOPEN=\"ftp.example.com\"", "+QFTPOPEN: 0,0");
            }
        };
        bench.ask("AT+QFTPDEL=\"f\"", &format!("+QFTPDEL: {err},{reply}"));
        session(&mut bench);
        bench.ask("AT+QFTPPUT=\"f\",\"UFS:l\"", &format!("+QFTPPUT: {err},{reply}"));
        assert_eq!(bench.on_server("/f").expect("it is there").len(), 10);
        session(&mut bench);
        bench.ask("AT+QFTPPUT=\"f\",\"UFS:l\"", &format!("+QFTPPUT: {err},{reply}"));
        assert_eq!(bench.on_server("/f").expect("it is there").len(), 1000);
        assert_eq!(bench.fired(), [1; 3]);
    }
}
