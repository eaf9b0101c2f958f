use super::*;
use crate::modem::Input;
use crate::modem::intercept::Effect;
use crate::modem::link::LinkEvent;
use crate::rig::Rig;
use crate::transcript::event::FaultFired;

/// The journal of a rig to which a host says `said`, cut into pieces of `piece` bytes.
fn recorded(scope: Scope, said: &[u8], piece: usize) -> Vec<Entry> {
    let mut rig = Rig::logged_in();
    rig.record(scope);
    for piece in said.chunks(piece) {
        rig.send(piece);
    }
    rig.pass(Duration::from_secs(2));
    rig.journal().entries().cloned().collect()
}

fn upload(size: usize) -> Vec<u8> {
    let mut said = b"ATE1\rAT+CSQ;+QFTPSTAT\r".to_vec();
    said.extend(format!("AT+QFUPL=\"a\",{size},5,1\r").bytes());
    said.extend((0..size).map(|at| (at % 251) as u8));
    said.extend(b"AT+QFTPPUT=\"a\",\"UFS:a\"\r\n\rAT+NONE\r");
    said
}

#[test]
fn where_the_operating_system_cuts_what_the_host_says_makes_no_difference() {
    for full in [false, true] {
        let scope = Scope { full, ..Scope::default() };
        let said = upload(66 * 1024);
        let whole = recorded(scope, &said, said.len());
        for piece in [7, 1000] {
            assert_eq!(recorded(scope, &said, piece), whole, "pieces of {piece}, full: {full}");
        }
        let data: u64 = whole
            .iter()
            .filter_map(|entry| match &entry.event {
                Event::DataFromHost(data) => Some(data.len),
                _ => None,
            })
            .sum();
        assert_eq!(data, 66 * 1024);
    }
}

#[test]
fn a_command_is_line_call_answer_and_one_write() {
    let events: Vec<_> =
        recorded(Scope::default(), b"AT+CSQ\r", 3).into_iter().map(|entry| entry.event).collect();
    let Event::Modem(Record::Command(command)) = &events[1] else { panic!("{events:?}") };
    assert_eq!(command.name, "+CSQ");
    assert_eq!(
        [&events[0], &events[2], &events[3], &events[4], &events[5]],
        [
            &Event::FromHost("AT+CSQ\r".into()),
            &Event::Modem(Record::Info("+CSQ: 24,99".to_owned())),
            &Event::Modem(Record::Result("OK".to_owned())),
            &Event::ToHost("AT+CSQ\r\r\n+CSQ: 24,99\r\n\r\nOK\r\n".into()),
            &Event::Ended,
        ]
    );
}

#[test]
fn big_data_is_summarised_unless_all_is_wanted() {
    let said = upload(1024);
    let uploaded = |full| {
        let entries = recorded(Scope { full, ..Scope::default() }, &said, 100);
        entries.into_iter().find_map(|entry| match entry.event {
            Event::DataFromHost(data) => Some(data),
            _ => None,
        })
    };
    let content: Bytes = (0..1024).map(|at| (at % 251) as u8).collect();
    assert_eq!(uploaded(true), Some(Data::new(content.clone())));
    let head = content.slice(..256);
    assert_eq!(uploaded(false), Some(Data { bytes: head, ..Data::new(content) }));
}

#[test]
fn passwords_are_hidden_wherever_they_stand_unless_asked_for() {
    let said = b"AT+QFTPCFG=\"account\",\"me\",\"hunter2\"\rAT+QFTPCFG=\"account\"\r";
    let shown = |secrets| {
        let mut entries = recorded(Scope { secrets, ..Scope::default() }, said, 5);
        let mut journal = Journal::new(Scope { secrets, ..Scope::default() });
        journal.note(ModuleTime::ZERO, Event::Ftp(Way::Up, "PASS hunter2".to_owned()));
        entries.extend(journal.entries().cloned());
        format!("{entries:?}").matches("hunter2").count()
    };
    assert_eq!(shown(false), 0);
    // Line, command, echo; line, answer, write; PASS.
    assert_eq!(shown(true), 6);
}

#[test]
fn old_entries_go_and_are_counted_and_coverage_stays() {
    let mut journal = Journal::new(Scope { entries: 10, ..Scope::default() });
    journal.expect_faults(["a", "b"]);
    let fault =
        FaultFired { name: "a".to_owned(), action: "hang".to_owned(), cause: String::new() };
    journal.note(ModuleTime::ZERO, Event::Fault(fault));
    for number in 0..100 {
        journal.note(ModuleTime::from_nanos(number), Event::Notice(number.to_string()));
    }
    assert_eq!(journal.entries().len(), 10);
    assert_eq!(journal.left_out(), 91);
    assert_eq!(journal.entries().next().map(|entry| entry.number), Some(92));
    assert_eq!(journal.coverage().faults["a"], 1);
    assert_eq!(journal.coverage().faults["b"], 0);
    let mut small = Journal::new(Scope { bytes: 10_000, ..Scope::default() });
    for _ in 0..100 {
        small.note(ModuleTime::ZERO, Event::Notice("x".repeat(1000)));
    }
    assert_eq!(small.entries().len(), 8);
}

#[test]
fn each_entry_is_given_out_once() {
    let mut journal = Journal::new(Scope { entries: 2, ..Scope::default() });
    let note = |journal: &mut Journal| {
        journal.note(ModuleTime::ZERO, Event::Notice(String::new()));
    };
    let given = |journal: &mut Journal| journal.next_entry().map(|entry| entry.number);
    assert_eq!(given(&mut journal), None);
    note(&mut journal);
    assert_eq!(given(&mut journal), Some(1));
    assert_eq!(given(&mut journal), None);
    (0..3).for_each(|_| note(&mut journal));
    assert_eq!([given(&mut journal), given(&mut journal)], [Some(3), Some(4)]);
}

#[test]
fn data_that_goes_on_is_an_entry_after_a_second_or_on_demand() {
    let mut journal = Journal::new(Scope::default());
    let at = |millis| ModuleTime::ZERO + Duration::from_millis(millis);
    let data = || Event::FtpData(Way::Down, Data::new("abc".into()));
    for millis in [0, 500, 999] {
        journal.note(at(millis), data());
    }
    assert_eq!(journal.entries().len(), 0);
    journal.note(at(1000), data());
    let [entry] = &journal.entries().collect::<Vec<_>>()[..] else { panic!("one entry") };
    assert_eq!(
        (entry.at, &entry.event),
        (at(0), &Event::FtpData(Way::Down, Data::new("abcabcabc".into())))
    );
    journal.settle();
    assert_eq!(journal.entries().len(), 2);
}

#[test]
fn what_a_module_that_hung_has_left_of_a_line_comes_before_the_data() {
    let mut rig = Rig::logged_in();
    rig.record(Scope::default());
    rig.server.silence(true);
    rig.send("AT+QFTPPUT=\"f\",\"COM:\"\r");
    rig.input(Input::Effect(Effect::Hang(Some(Duration::from_secs(1)))));
    rig.send("AT");
    rig.pass(Duration::from_secs(1));
    rig.event(LinkEvent::Ready(rig.server.last_id()));
    rig.send("abc");
    let journal = rig.journal();
    let said = journal.entries().filter_map(|entry| match &entry.event {
        Event::FromHost(bytes) => Some(bytes.clone()),
        Event::DataFromHost(data) => Some(data.bytes.clone()),
        _ => None,
    });
    let said: Vec<Bytes> = said.collect();
    assert_eq!(said, ["AT+QFTPPUT=\"f\",\"COM:\"\r", "AT", "abc"]);
}

#[test]
fn a_line_without_an_end_becomes_entries_and_is_not_kept() {
    let mut said = b"AT".to_vec();
    said.resize(100_000, b'x');
    for piece in [said.len(), 1000] {
        let entries = recorded(Scope::default(), &said, piece);
        let (mut from_host, mut to_host) = (Vec::new(), Vec::new());
        for entry in entries {
            match entry.event {
                Event::FromHost(bytes) => from_host.push(bytes),
                Event::ToHost(bytes) => to_host.push(bytes),
                _ => {}
            }
        }
        for pieces in [from_host, to_host] {
            assert!(pieces.iter().all(|piece| piece.len() <= LONGEST_LINE));
            assert!(pieces.concat() == said, "bytes are missing");
        }
    }
}

#[test]
fn a_private_key_in_data_is_hidden_unless_secrets_are_wanted() {
    let pem = "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----\n";
    let said = format!("AT+QFUPL=\"key.pem\",{}\r{pem}", pem.len());
    for secrets in [false, true] {
        let entries = recorded(Scope { secrets, ..Scope::default() }, said.as_bytes(), 20);
        let data = entries.iter().find_map(|entry| match &entry.event {
            Event::DataFromHost(data) => Some(data),
            _ => None,
        });
        let data = data.expect("there is data");
        assert_eq!(data.bytes.windows(8).any(|part| part == b"MC4CAQAw"), secrets);
        assert_eq!(data.crc32, Data::new(Bytes::from(pem)).crc32, "of what was sent");
    }
}
