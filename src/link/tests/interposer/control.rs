//! The control connection: how it is opened, what is said on it, how it ends.

use super::*;
use crate::modem::link::TlsFailure;

const ENDS: [(End, LinkError); 3] = [
    (End::Close, LinkError::ControlClosed),
    (End::Reset, LinkError::ControlReset),
    (End::Goodbye, LinkError::Reply(421)),
];

#[tokio::test]
async fn without_an_interposition_nothing_is_wrapped() {
    use crate::link::wire::Wire;

    let listener = TcpListener::bind((LOCALHOST, 0)).await.unwrap();
    let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let off = Router::new(Hosts::default(), None).tap();
    let wire = off.control(Wire::Clear(stream));
    assert!(matches!(wire, Wire::Clear(_)));
    let wire = off.data().open(wire);
    assert!(matches!(wire, Wire::Clear(_)));
}

#[tokio::test]
async fn the_opening_of_a_session_fails_as_told() {
    let mut cases = vec![
        (Fault::Opening(Opening::NotResolved), LinkError::NameNotResolved),
        (Fault::Opening(Opening::Unreachable), LinkError::Unreachable),
        (Fault::Opening(Opening::Refused), LinkError::Refused),
        (Fault::Reply("greeting", answer(500)), LinkError::Reply(500)),
        (Fault::Command("USER", answer(530)), LinkError::Reply(530)),
        (Fault::Reply("PASS", answer(530)), LinkError::Reply(530)),
        (Fault::Command("TYPE", answer(504)), LinkError::Reply(504)),
    ];
    for (end, cause) in ENDS {
        for fault in [
            Fault::Reply("greeting", Exchange::End(end)),
            Fault::Command("USER", Exchange::End(end)),
            Fault::Reply("USER", Exchange::End(end)),
        ] {
            cases.push((fault, cause.clone()));
        }
    }
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        for (fault, cause) in &cases {
            let outcome = bench.open(Some(fault.clone())).await;
            assert_eq!(outcome, Err(over(cause.clone())), "{security:?} {fault:?}");
            bench.expect_order(false).await;
        }
    }
}

#[tokio::test]
async fn the_way_to_tls_fails_as_told() {
    let mut cases = vec![
        (
            Fault::Handshake(Channel::Control, Handshake::Fail(TlsFailure::Expired)),
            LinkError::Tls(TlsFailure::Expired),
        ),
        (
            Fault::Handshake(Channel::Control, Handshake::Fail(TlsFailure::Closed)),
            LinkError::Tls(TlsFailure::Closed),
        ),
        (Fault::Command("PROT", answer(534)), LinkError::Reply(534)),
    ];
    for security in [TlsStart::Implicit, TlsStart::Explicit] {
        let mut bench = Bench::new(Some(security)).await;
        for (fault, cause) in &cases {
            let outcome = bench.open(Some(fault.clone())).await;
            assert_eq!(outcome, Err(over(cause.clone())), "{security:?} {fault:?}");
            bench.expect_order(false).await;
        }
        // The rest is for explicit FTPS: it asks for TLS in the clear.
        cases.extend([
            (Fault::Command("AUTH", answer(502)), LinkError::Reply(502)),
            (Fault::Reply("AUTH", answer(431)), LinkError::Reply(431)),
            (Fault::Reply("AUTH", Exchange::End(End::Close)), LinkError::ControlClosed),
        ]);
    }
}

#[tokio::test]
async fn a_command_and_its_reply_fail_as_told() {
    let mut cases = vec![
        (Fault::Command("PWD", answer(502)), alive(LinkError::Reply(502))),
        (Fault::Reply("PWD", answer(550)), alive(LinkError::Reply(550))),
        (Fault::Command("PWD", answer(421)), over(LinkError::Reply(421))),
    ];
    for (end, cause) in ENDS {
        cases.push((Fault::Command("PWD", Exchange::End(end)), over(cause.clone())));
        cases.push((Fault::Reply("PWD", Exchange::End(end)), over(cause)));
    }
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        for (fault, failure) in &cases {
            bench.open(Some(fault.clone())).await.unwrap();
            assert_eq!(bench.pwd().await, Err(failure.clone()), "{security:?} {fault:?}");
            bench.expect_order(failure.session_alive).await;
        }
    }
}

#[tokio::test]
async fn an_answer_can_be_a_good_one_too() {
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        let elsewhere = Exchange::Answer(Reply::new(257, "\"/elsewhere\""));
        for fault in [Fault::Command("PWD", elsewhere.clone()), Fault::Reply("PWD", elsewhere)] {
            bench.open(Some(fault)).await.unwrap();
            assert_eq!(bench.pwd().await, Ok("/elsewhere".to_owned()));
            bench.expect_order(true).await;
        }
    }
}

#[tokio::test]
async fn a_line_break_in_an_answer_does_not_make_two_of_it() {
    let mut bench = Bench::new(None).await;
    let two = Exchange::Answer(Reply::new(550, "no\r\n226 yes"));
    bench.open(Some(Fault::Command("PWD", two))).await.unwrap();
    assert_eq!(bench.pwd().await, Err(alive(LinkError::Reply(550))));
    bench.expect_order(true).await;
}

#[tokio::test]
async fn silence_lasts_until_the_modem_gives_up() {
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        let mut opening = vec![
            Fault::Opening(Opening::Silent),
            Fault::Reply("greeting", Exchange::Swallow),
            Fault::Command("USER", Exchange::Swallow),
            Fault::Reply("PASS", Exchange::Swallow),
        ];
        if security.is_some() {
            opening.push(Fault::Handshake(Channel::Control, Handshake::Silent));
        }
        for fault in opening {
            *bench.fault.lock().unwrap() = Some(fault);
            let op = bench.op();
            bench.modem.ask(LinkRequest::Open(op, Box::new(bench.target.clone())));
            soon(bench.fired.recv()).await.unwrap();
            bench.drop_session().await;
            while let Ok(event) = bench.modem.events.try_recv() {
                let begun = matches!(event, LinkEvent::Negotiating(_) | LinkEvent::Secured(..));
                assert!(begun, "{event:?}");
            }
            bench.expect_order(false).await;
        }
        bench.open(Some(Fault::Reply("PWD", Exchange::Swallow))).await.unwrap();
        let op = bench.op();
        bench.modem.control(op, ControlCommand::Pwd);
        soon(bench.fired.recv()).await.unwrap();
        settle().await;
        let close = bench.op();
        bench.modem.ask(LinkRequest::Close(close));
        bench.modem.expect(LinkEvent::Closed(close)).await;
        bench.expect_order(false).await;
    }
}

#[tokio::test]
async fn the_server_never_hears_of_what_is_answered_or_lost() {
    let (mut modem, mut server, _) = scripted(Fault::Command("PWD", answer(550))).await;
    modem.control(FIRST, ControlCommand::Pwd);
    modem.expect_failure(FIRST, LinkError::Reply(550)).await;
    modem.control(SECOND, ControlCommand::Cwd("a".into()));
    server.answer("CWD a", "250 ok").await;
    modem.expect(LinkEvent::Answered(SECOND, Answer::Done)).await;

    let (modem, mut server, _) = scripted(Fault::Command("PWD", Exchange::Swallow)).await;
    modem.control(FIRST, ControlCommand::Pwd);
    settle().await;
    modem.ask(LinkRequest::Drop);
    server.expect_closed().await;
}

#[tokio::test]
async fn the_server_does_not_keep_the_data_connection_of_a_command_that_it_never_hears() {
    let verdicts = [answer(452), Exchange::Swallow, Exchange::End(End::Close)];
    for verdict in verdicts {
        let (modem, mut server, mut fired) = scripted(Fault::Command("STOR", verdict)).await;
        modem.store(FIRST, "a.bin");
        let listener = server.passive().await;
        let _data = soon(listener.accept()).await.unwrap();
        soon(fired.recv()).await.expect("the fault happens");
        server.expect("ABOR").await;
    }
}

#[tokio::test]
async fn the_reply_to_giving_up_a_data_connection_is_for_nobody() {
    let (mut modem, mut server, _) = scripted(Fault::Command("RETR", answer(450))).await;
    modem.retrieve(FIRST, "a.bin");
    let _listener = server.passive().await;
    modem.expect_failure(FIRST, LinkError::Reply(450)).await;
    modem.control(SECOND, ControlCommand::Pwd);
    server.answer("ABOR", "226 nothing to abort").await;
    server.answer("PWD", "257 \"/here\"").await;
    let path = Answer::Path("/here".into());
    modem.expect(LinkEvent::Answered(SECOND, path)).await;
}

#[tokio::test]
async fn a_reset_is_one_for_the_server_too() {
    let reset = Fault::Command("PWD", Exchange::End(End::Reset));
    let (mut modem, mut server, _) = scripted(reset).await;
    modem.control(FIRST, ControlCommand::Pwd);
    modem.expect_end(FIRST, LinkError::ControlReset).await;
    let error = soon(server.control().read_u8()).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_bell_ends_an_idle_session() {
    for security in SECURITIES {
        let mut bench = Bench::new(security).await;
        for (end, _) in ENDS {
            bench.open(Some(Fault::Called(end))).await.unwrap();
            assert_eq!(bench.pwd().await.unwrap(), "/");
            bench.bell.ring();
            bench.modem.expect(LinkEvent::Lost).await;
            bench.expect_order(false).await;
        }
    }
}

#[tokio::test]
async fn a_bell_ends_a_session_that_waits_for_the_server() {
    let mut bench = Bench::new(None).await;
    bench.open(Some(Fault::Called(End::Reset))).await.unwrap();
    let op = bench.op();
    bench.modem.store(op, "/a.bin");
    bench.modem.expect(LinkEvent::Ready(op)).await;
    bench.bell.ring();
    bench.modem.expect_end(op, LinkError::ControlReset).await;
    bench.expect_order(false).await;
}

#[tokio::test]
async fn a_bell_that_rang_before_the_session_is_not_heard() {
    let mut bench = Bench::new(None).await;
    bench.bell.ring();
    bench.open(Some(Fault::Called(End::Reset))).await.unwrap();
    bench.expect_order(true).await;
}
