//! The worker against the embedded server: what the scripts of the other tests take for granted.

use super::*;
use crate::link::embedded::{
    Account, EmbeddedServer, MemoryOptions, Root, ServerConfig, ServerFiles,
};
use crate::link::tls::Authority;
use crate::modem::link::{Answer, ListVerb};

pub(super) struct Session {
    pub(super) modem: Modem,
    server: EmbeddedServer,
    last: u64,
}

/// A server with the account of [`target`].
pub(super) fn config() -> ServerConfig {
    ServerConfig { accounts: vec![Account::new("test", "secret")], ..ServerConfig::default() }
}

impl Session {
    /// A modem that has not asked for a session yet.
    pub(super) async fn before(config: ServerConfig, authority: Option<Arc<Authority>>) -> Self {
        let server = EmbeddedServer::start(config).await.unwrap();
        let embedded = EmbeddedAddresses {
            plain: server.ftp_addr(),
            implicit_tls: server.ftps_implicit_addr(),
        };
        let mut router = Router::new(Hosts::default(), Some(embedded));
        if let Some(authority) = authority {
            router = router.with_authority(authority);
        }
        Self { modem: Modem::new(router), server, last: 0 }
    }

    async fn open(data: DataConnection, quota: Option<u64>) -> Self {
        let root = Root::Memory(MemoryOptions { quota, ..MemoryOptions::default() });
        let mut session = Self::before(ServerConfig { root, ..config() }, None).await;
        session.modem.ask(open(target(data)));
        session.modem.expect(LinkEvent::Opened(OPEN)).await;
        session
    }

    async fn passive() -> Self {
        Self::open(DataConnection::Passive(DataAddress::Announced), None).await
    }

    pub(super) fn files(&self) -> &ServerFiles {
        self.server.files()
    }

    pub(super) fn op(&mut self) -> OpId {
        self.last += 1;
        OpId(self.last)
    }

    async fn answer(&mut self, command: ControlCommand) -> LinkEvent {
        let op = self.op();
        self.modem.control(op, command);
        match self.modem.event().await {
            LinkEvent::Answered(id, answer) if id == op => LinkEvent::Answered(OPEN, answer),
            LinkEvent::Failed(id, failure) if id == op => LinkEvent::Failed(OPEN, failure),
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn expect(&mut self, command: ControlCommand, answer: Answer) {
        assert_eq!(self.answer(command).await, LinkEvent::Answered(OPEN, answer));
    }

    /// Uploads `parts`, each after the one before it has been sent.
    pub(super) async fn upload(&mut self, transfer: Transfer, parts: &[&[u8]]) -> LinkEvent {
        let op = self.op();
        self.modem.ask(LinkRequest::Transfer(op, transfer));
        self.modem.expect(LinkEvent::Ready(op)).await;
        for part in parts {
            self.modem.ask(LinkRequest::Data(op, Bytes::copy_from_slice(part)));
            let mut sent = 0;
            while sent < part.len() as u64 {
                match self.modem.event().await {
                    LinkEvent::Sent(_, more) => sent += more,
                    end => return end,
                }
            }
        }
        self.modem.ask(LinkRequest::Finish(op));
        self.modem.event().await
    }

    /// Downloads with a small credit that is renewed as it is used up.
    pub(super) async fn download(&mut self, transfer: Transfer) -> Result<Vec<u8>, LinkFailure> {
        let op = self.op();
        self.modem.ask(LinkRequest::Transfer(op, transfer));
        self.modem.ask(LinkRequest::Credit(op, 1000));
        let mut data = Vec::new();
        let mut ready = false;
        loop {
            match self.modem.event().await {
                LinkEvent::Ready(_) => ready = true,
                LinkEvent::Data(_, part) => {
                    assert!(ready && part.len() <= 1000);
                    self.modem.ask(LinkRequest::Credit(op, part.len() as u64));
                    data.extend_from_slice(&part);
                }
                LinkEvent::Finished(_) => return Ok(data),
                LinkEvent::Failed(_, failure) => {
                    assert!(!ready, "a missing file is known before it is ready");
                    return Err(failure);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

pub(super) fn store(path: &str, offset: u64, rest: bool) -> Transfer {
    Transfer::Store { path: path.to_owned(), offset, rest }
}

pub(super) fn retrieve(path: &str, offset: u64) -> Transfer {
    Transfer::Retrieve { path: path.to_owned(), offset }
}

pub(super) fn counter(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i / 256 + i) as u8).collect()
}

pub(super) fn finished(op: u64) -> LinkEvent {
    LinkEvent::Finished(OpId(op))
}

fn refused(code: u16) -> LinkFailure {
    LinkFailure { cause: LinkError::Reply(code), session_alive: true }
}

#[tokio::test]
async fn a_megabyte_goes_there_and_back() {
    let passive = DataConnection::Passive(DataAddress::Announced);
    for data in [passive, DataConnection::Active] {
        let mut session = Session::open(data, None).await;
        let file = counter(1 << 20);
        assert_eq!(session.upload(store("/a.bin", 0, true), &[&file]).await, finished(1));
        assert_eq!(session.files().read("/a.bin").unwrap(), file);
        session.expect(ControlCommand::Size("/a.bin".into()), Answer::Size(1 << 20)).await;
        assert_eq!(session.download(retrieve("/a.bin", 0)).await, Ok(file));
    }
}

#[tokio::test]
async fn an_upload_in_two_parts_is_one_file() {
    let mut session = Session::passive().await;
    let file = counter(2048);
    let (first, second) = file.split_at(1024);
    assert_eq!(session.upload(store("/a.bin", 0, true), &[first, second]).await, finished(1));
    assert_eq!(session.files().read("/a.bin").unwrap(), file);
}

#[tokio::test]
async fn an_upload_at_an_offset_keeps_what_is_before_it() {
    for rest in [true, false] {
        let mut session = Session::passive().await;
        let file = counter(1500);
        session.files().write("/a.bin", &file[..1000]).unwrap();
        let event = session.upload(store("/a.bin", 1000, rest), &[&file[1000..]]).await;
        assert_eq!(event, finished(1));
        assert_eq!(session.files().read("/a.bin").unwrap(), file);
    }
}

#[tokio::test]
async fn a_download_at_an_offset_is_the_rest_of_the_file() {
    let mut session = Session::passive().await;
    let file = counter(5000);
    session.files().write("/a.bin", &file).unwrap();
    assert_eq!(session.download(retrieve("/a.bin", 4000)).await, Ok(file[4000..].to_vec()));
    assert_eq!(session.download(retrieve("/a.bin", 0)).await, Ok(file));
}

#[tokio::test]
async fn the_offset_of_a_failed_download_does_not_spoil_the_next() {
    let mut session = Session::passive().await;
    session.files().write("/a.bin", counter(5000)).unwrap();
    assert_eq!(session.download(retrieve("/missing", 4000)).await, Err(refused(550)));
    assert_eq!(session.download(retrieve("/a.bin", 0)).await, Ok(counter(5000)));
}

#[tokio::test]
async fn a_cancelled_download_leaves_the_session_in_order() {
    let mut session = Session::passive().await;
    session.files().write_pattern("/big.bin", 64 << 20).unwrap();
    session.files().write("/small.bin", counter(5000)).unwrap();
    for _ in 0..3 {
        let op = session.op();
        session.modem.ask(LinkRequest::Transfer(op, retrieve("/big.bin", 1000)));
        session.modem.ask(LinkRequest::Credit(op, 100));
        session.modem.expect(LinkEvent::Ready(op)).await;
        session.modem.expect_data(op, 100).await;
        session.modem.ask(LinkRequest::Cancel(op));
        session.expect(ControlCommand::Pwd, Answer::Path("/".into())).await;
        assert_eq!(session.download(retrieve("/small.bin", 0)).await, Ok(counter(5000)));
    }
}

#[tokio::test]
async fn a_missing_file_or_folder_is_550() {
    let mut session = Session::passive().await;
    assert_eq!(session.download(retrieve("/missing", 0)).await, Err(refused(550)));
    let list = Transfer::List { verb: ListVerb::List, path: "/missing".into() };
    assert_eq!(session.download(list).await, Err(refused(550)));
    let event = session.answer(ControlCommand::Size("/missing".into())).await;
    assert_eq!(event, LinkEvent::Failed(OPEN, refused(550)));
}

#[tokio::test]
async fn a_full_server_ends_the_upload_with_452() {
    let passive = DataConnection::Passive(DataAddress::Announced);
    let mut session = Session::open(passive, Some(100_000)).await;
    let event = session.upload(store("/a.bin", 0, true), &[&counter(200_000)]).await;
    assert_eq!(event, LinkEvent::Failed(OpId(1), refused(452)));
    session.expect(ControlCommand::Pwd, Answer::Path("/".into())).await;
}

#[tokio::test]
async fn folders_are_made_listed_and_removed() {
    let mut session = Session::passive().await;
    session.expect(ControlCommand::Mkdir("/inbox".into()), Answer::Done).await;
    session.expect(ControlCommand::Cwd("/inbox".into()), Answer::Done).await;
    session.expect(ControlCommand::Pwd, Answer::Path("/inbox".into())).await;
    session.files().write("/inbox/a.txt", "hello").unwrap();
    for (verb, path) in [(ListVerb::Nlst, "."), (ListVerb::List, "/inbox"), (ListVerb::Mlsd, "")] {
        let list = Transfer::List { verb, path: path.to_owned() };
        let listing = String::from_utf8(session.download(list).await.unwrap()).unwrap();
        assert!(listing.contains("a.txt"), "{verb:?}: {listing:?}");
    }
    let rename = ControlCommand::Rename("a.txt".into(), "b.txt".into());
    session.expect(rename, Answer::Done).await;
    let LinkEvent::Answered(OPEN, Answer::Modified(time)) =
        session.answer(ControlCommand::Mdtm("b.txt".into())).await
    else {
        panic!("no time of modification")
    };
    assert!(time.len() >= 14, "{time}");
    session.expect(ControlCommand::Delete("/inbox/b.txt".into()), Answer::Done).await;
    session.expect(ControlCommand::Rmdir("/inbox".into()), Answer::Done).await;
    assert!(!session.files().exists("/inbox"));
}

#[tokio::test]
async fn an_empty_folder_is_an_empty_listing() {
    let mut session = Session::passive().await;
    let list = Transfer::List { verb: ListVerb::Nlst, path: ".".into() };
    assert_eq!(session.download(list).await, Ok(Vec::new()));
}

#[tokio::test]
async fn a_killed_server_is_noticed_and_the_next_session_works() {
    let mut session = Session::passive().await;
    session.server.kill_sessions();
    session.modem.expect(LinkEvent::Lost).await;

    let op = session.op();
    session.modem.ask(LinkRequest::Open(op, Box::new(passive_target())));
    session.modem.expect(LinkEvent::Opened(op)).await;
    let op = session.op();
    session.modem.ask(LinkRequest::Transfer(op, store("/a.bin", 0, true)));
    session.modem.expect(LinkEvent::Ready(op)).await;
    session.server.kill_sessions();
    let LinkEvent::Failed(_, failure) = session.modem.event().await else {
        panic!("the upload goes on")
    };
    assert!(!failure.session_alive);
    assert!(matches!(failure.cause, LinkError::ControlClosed | LinkError::ControlReset));

    let op = session.op();
    session.modem.ask(LinkRequest::Open(op, Box::new(passive_target())));
    session.modem.expect(LinkEvent::Opened(op)).await;
    session.expect(ControlCommand::Pwd, Answer::Path("/".into())).await;
}

#[tokio::test]
async fn a_wrong_password_is_530() {
    let mut session = Session::passive().await;
    let op = session.op();
    let target = OpenTarget { password: "wrong".to_owned(), ..passive_target() };
    session.modem.ask(LinkRequest::Open(op, Box::new(target)));
    session.modem.expect_end(op, LinkError::Reply(530)).await;
}

#[tokio::test]
async fn closing_is_polite() {
    let mut session = Session::passive().await;
    let op = session.op();
    session.modem.ask(LinkRequest::Close(op));
    session.modem.expect(LinkEvent::Closed(op)).await;
}
