//! The embedded server with an authority of its own, over FTPS.

use super::super::embedded::{counter, finished, retrieve, store};
use super::*;
use crate::modem::link::{Answer, ListVerb, TlsVersion};

async fn open(start: TlsStart) -> Session {
    let authority = Authority::new().unwrap();
    let mut session = with_authority(&authority).await;
    session.secure(ftps(checked(start, authority.pem()))).await.unwrap();
    session
}

#[tokio::test]
async fn a_megabyte_goes_there_and_back() {
    for start in STARTS {
        let mut session = open(start).await;
        let file = counter(1 << 20);
        let event = session.upload(store("/a.bin", 0, true), &[&file]).await;
        assert!(matches!(event, LinkEvent::Finished(_)), "{event:?}");
        assert!(session.files().read("/a.bin").unwrap() == file);
        session.expect(ControlCommand::Size("/a.bin".into()), Answer::Size(1 << 20)).await;
        assert!(session.download(retrieve("/a.bin", 0)).await == Ok(file));
    }
}

#[tokio::test]
async fn session_tickets_that_come_meanwhile_do_not_spoil_an_upload() {
    let identity = pki::Ca::new("ours").issue(pki::good());
    let mut session = before(identity.serve()).await;
    session.secure(ftps(unchecked(TlsStart::Explicit))).await.unwrap();
    let file = counter(1 << 20);
    for _ in 0..10 {
        let event = session.upload(store("/a.bin", 0, true), &[&file]).await;
        assert!(matches!(event, LinkEvent::Finished(_)), "{event:?}");
    }
}

#[tokio::test]
async fn an_upload_in_two_parts_is_one_file() {
    for start in STARTS {
        let mut session = open(start).await;
        let file = counter(2048);
        let (first, second) = file.split_at(1024);
        let event = session.upload(store("/a.bin", 0, true), &[first, second]).await;
        assert_eq!(event, finished(2));
        assert_eq!(session.files().read("/a.bin").unwrap(), file);
    }
}

#[tokio::test]
async fn an_empty_file_goes_there_and_back() {
    for start in STARTS {
        let mut session = open(start).await;
        assert_eq!(session.upload(store("/empty", 0, true), &[]).await, finished(2));
        assert_eq!(session.files().read("/empty").unwrap(), "");
        assert_eq!(session.download(retrieve("/empty", 0)).await, Ok(Vec::new()));
    }
}

#[tokio::test]
async fn folders_are_listed_in_all_three_ways() {
    for start in STARTS {
        let mut session = open(start).await;
        session.files().write("/inbox/a.txt", "hello").unwrap();
        for verb in [ListVerb::Nlst, ListVerb::List, ListVerb::Mlsd] {
            let list = Transfer::List { verb, path: "/inbox".to_owned() };
            let listing = String::from_utf8(session.download(list).await.unwrap()).unwrap();
            assert!(listing.contains("a.txt"), "{verb:?}: {listing:?}");
        }
    }
}

#[tokio::test]
async fn a_missing_file_is_550_and_the_session_goes_on() {
    let mut session = open(TlsStart::Explicit).await;
    let failure = session.download(retrieve("/missing", 0)).await.unwrap_err();
    assert_eq!(failure, LinkFailure { cause: LinkError::Reply(550), session_alive: true });
    session.expect(ControlCommand::Pwd, Answer::Path("/".into())).await;
}

#[tokio::test]
async fn a_cancelled_download_leaves_the_session_in_order() {
    let mut session = open(TlsStart::Implicit).await;
    session.files().write_pattern("/big.bin", 8 << 20).unwrap();
    let op = session.op();
    session.modem.ask(LinkRequest::Transfer(op, retrieve("/big.bin", 0)));
    session.modem.ask(LinkRequest::Credit(op, 100));
    session.modem.expect(LinkEvent::Ready(op)).await;
    session.modem.expect_data(op, 100).await;
    session.modem.ask(LinkRequest::Cancel(op));
    session.expect(ControlCommand::Pwd, Answer::Path("/".into())).await;
}

#[tokio::test]
async fn whatever_the_host_calls_the_server_its_certificate_fits_with_sni_and_without() {
    let authority = Authority::new().unwrap();
    let mut session = with_authority(&authority).await;
    for sni in [false, true] {
        for host in ["quectel.3322.org", "Ftp.Example.COM.", "10.20.30.40", "2001:db8::1", "a_b"] {
            let tls = TlsRequest { sni, ..checked(TlsStart::Implicit, authority.pem()) };
            let target = OpenTarget { host: host.to_owned(), ..ftps(tls) };
            let agreed = session.secure(target).await;
            assert_eq!(agreed.map(|agreed| agreed.version), Ok(TlsVersion::Tls13), "{host}");
        }
    }
}

#[tokio::test]
async fn many_names_do_not_push_out_the_present_one() {
    let authority = Authority::new().unwrap();
    let mut session = with_authority(&authority).await;
    for number in 0..100 {
        authority.call(&format!("host{number}.example"));
    }
    let tls = checked(TlsStart::Explicit, authority.pem());
    assert!(session.secure(ftps(tls)).await.is_ok());
}
