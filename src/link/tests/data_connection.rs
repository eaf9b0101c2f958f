use std::net::Ipv6Addr;

use super::*;

fn passive(address: DataAddress) -> DataConnection {
    DataConnection::Passive(address)
}

/// The address in the `PORT h1,h2,h3,h4,p1,p2` that the server is told.
async fn hear_port(server: &mut Server) -> SocketAddr {
    let command = server.hear().await;
    let numbers = command.strip_prefix("PORT ").expect("the modem listens").split(',');
    let numbers: Vec<u8> = numbers.map(|number| number.parse().unwrap()).collect();
    let [a, b, c, d, high, low] = numbers[..] else { panic!("{command}") };
    SocketAddr::from(([a, b, c, d], u16::from_be_bytes([high, low])))
}

#[tokio::test]
async fn the_announced_address_is_taken_at_its_word() {
    let (mut modem, mut server) = session_with(passive(DataAddress::Announced)).await;
    modem.store(FIRST, "a");
    let listener = TcpListener::bind((YET_ELSEWHERE, 0)).await.unwrap();
    server.answer("PASV", &announcement(listener.local_addr().unwrap())).await;
    server.answer("STOR a", "150 here").await;
    soon(listener.accept()).await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
}

#[tokio::test]
async fn the_address_of_the_control_session_replaces_the_announced_one() {
    let (mut modem, mut server) = session_with(passive(DataAddress::Control)).await;
    modem.store(FIRST, "a");
    let listener = TcpListener::bind((LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    server.answer("PASV", &announcement(SocketAddr::new(DESERTED, port))).await;
    server.answer("STOR a", "150 here").await;
    soon(listener.accept()).await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
}

/// A session whose data connections go to the control address first, and a listener to announce,
/// on whose port nobody listens at the control address.
async fn control_then_announced() -> (Modem, Server, TcpListener) {
    let server = Server::at(ELSEWHERE).await.unwrap();
    let data = passive(DataAddress::ControlThenAnnounced);
    let (modem, server) = session_at(server, data).await;
    loop {
        let listener = TcpListener::bind((LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        // Free at this moment, and no other test listens here.
        if TcpListener::bind((ELSEWHERE, port)).await.is_ok() {
            return (modem, server, listener);
        }
    }
}

#[tokio::test]
async fn where_the_control_address_refuses_the_announced_one_is_tried() {
    let (mut modem, mut server, listener) = control_then_announced().await;
    modem.store(FIRST, "a");
    server.answer("PASV", &announcement(listener.local_addr().unwrap())).await;
    server.answer("STOR a", "150 here").await;
    soon(listener.accept()).await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
}

#[tokio::test]
async fn where_the_control_address_is_silent_the_modem_switches_to_the_announced_one() {
    let (mut modem, mut server, listener) = control_then_announced().await;
    modem.store(FIRST, "a");
    let announced = listener.local_addr().unwrap();
    let (_full, _waiting) = silent_listener(SocketAddr::new(ELSEWHERE, announced.port())).await;
    server.answer("PASV", &announcement(announced)).await;
    modem.ask(LinkRequest::SwitchAddress(FIRST));
    server.answer("STOR a", "150 here").await;
    soon(listener.accept()).await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
}

/// A listener whose queue is full, so that a further connection is neither accepted nor refused.
async fn silent_listener(address: SocketAddr) -> (TcpListener, TcpStream) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.set_reuseaddr(true).unwrap();
    socket.bind(address).unwrap();
    let listener = socket.listen(0).unwrap();
    let waiting = soon(TcpStream::connect(listener.local_addr().unwrap())).await.unwrap();
    (listener, waiting)
}

#[tokio::test]
async fn a_silent_data_address_can_be_given_up() {
    let (mut modem, mut server) = session().await;
    modem.retrieve(FIRST, "a");
    server.expect("PASV").await;
    let (full, _waiting) = silent_listener(SocketAddr::new(LOCALHOST, 0)).await;
    server.say(&announcement(full.local_addr().unwrap())).await;
    modem.ask(LinkRequest::Cancel(FIRST));
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_session_that_ends_at_a_silent_data_address_is_noticed() {
    let (mut modem, mut server) = session().await;
    modem.retrieve(FIRST, "a");
    server.expect("PASV").await;
    let (full, _waiting) = silent_listener(SocketAddr::new(LOCALHOST, 0)).await;
    server.say(&announcement(full.local_addr().unwrap())).await;
    server.say("421 too slow").await;
    modem.expect_end(FIRST, LinkError::Reply(421)).await;
}

#[tokio::test]
async fn a_refused_data_connection_leaves_the_session_alone() {
    let (mut modem, mut server) = session().await;
    modem.retrieve(FIRST, "a");
    let gone = TcpListener::bind((DESERTED, 0)).await.unwrap().local_addr().unwrap();
    server.answer("PASV", &announcement(gone)).await;
    modem.expect_failure(FIRST, LinkError::DataNotOpened).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn a_server_that_can_not_listen_is_its_reply() {
    let (mut modem, mut server) = session().await;
    for (op, reply, code) in [(FIRST, "425 no ports left", 425), (SECOND, "227 somewhere", 227)] {
        modem.retrieve(op, "a");
        server.answer("PASV", reply).await;
        modem.expect_failure(op, LinkError::Reply(code)).await;
    }
    expect_pwd_to_work(&mut modem, &mut server, THIRD).await;
}

#[tokio::test]
async fn in_active_mode_the_server_connects_to_the_modem() {
    let (mut modem, mut server) = session_with(DataConnection::Active).await;
    modem.retrieve(FIRST, "a");
    modem.ask(LinkRequest::Credit(FIRST, 100));
    let address = hear_port(&mut server).await;
    assert_eq!(address.ip(), LOCALHOST);
    server.say("200 ok").await;
    server.answer("RETR a", "150 here").await;
    let mut data = soon(TcpStream::connect(address)).await.unwrap();
    data.write_all(b"data").await.unwrap();
    drop(data);
    server.say("226 sent").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.expect_data(FIRST, 4).await;
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn in_active_mode_nobody_but_the_server_is_let_in() {
    let (mut modem, mut server) = session_with(DataConnection::Active).await;
    modem.retrieve(FIRST, "a");
    let address = hear_port(&mut server).await;
    server.say("200 ok").await;
    server.answer("RETR a", "150 here").await;
    let stranger = tokio::net::TcpSocket::new_v4().unwrap();
    stranger.bind(SocketAddr::new(ELSEWHERE, 0)).unwrap();
    let mut stranger = stranger.connect(address).await.unwrap();
    soon(stranger.read_to_end(&mut Vec::new())).await.unwrap();
    let mut data = TcpStream::connect(address).await.unwrap();
    data.write_all(b"data").await.unwrap();
    drop(data);
    server.say("226 done").await;
    modem.ask(LinkRequest::Credit(FIRST, 100));
    modem.expect(LinkEvent::Ready(FIRST)).await;
    assert_eq!(modem.expect_data(FIRST, 4).await, b"data");
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn in_active_mode_the_server_may_connect_before_its_reply() {
    let (mut modem, mut server) = session_with(DataConnection::Active).await;
    modem.store(FIRST, "a");
    let address = hear_port(&mut server).await;
    server.say("200 ok").await;
    let mut data = soon(TcpStream::connect(address)).await.unwrap();
    server.answer("STOR a", "150 here").await;
    modem.expect(LinkEvent::Ready(FIRST)).await;
    modem.ask(LinkRequest::Finish(FIRST));
    soon(data.read_to_end(&mut Vec::new())).await.unwrap();
    server.say("226 stored").await;
    modem.expect(LinkEvent::Finished(FIRST)).await;
}

#[tokio::test]
async fn in_active_mode_a_server_that_can_not_connect_says_so() {
    let (mut modem, mut server) = session_with(DataConnection::Active).await;
    modem.retrieve(FIRST, "a");
    hear_port(&mut server).await;
    server.say("200 ok").await;
    server.answer("RETR a", "150 trying\r\n425 can't").await;
    modem.expect_failure(FIRST, LinkError::Reply(425)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn in_active_mode_a_refused_address_is_its_reply() {
    let (mut modem, mut server) = session_with(DataConnection::Active).await;
    modem.retrieve(FIRST, "a");
    hear_port(&mut server).await;
    server.say("500 not to you").await;
    modem.expect_failure(FIRST, LinkError::Reply(500)).await;
    expect_pwd_to_work(&mut modem, &mut server, SECOND).await;
}

#[tokio::test]
async fn in_active_mode_waiting_for_the_server_can_be_cancelled() {
    let (mut modem, mut server) = session_with(DataConnection::Active).await;
    modem.ask(LinkRequest::Transfer(FIRST, Transfer::Retrieve { path: "a".to_owned(), offset: 7 }));
    hear_port(&mut server).await;
    server.say("200 ok").await;
    server.answer("REST 7", "350 go on").await;
    server.answer("RETR a", "150 trying").await;
    modem.ask(LinkRequest::Cancel(FIRST));
    modem.store(SECOND, "b");
    server.say("425 can't").await;
    hear_port(&mut server).await;
    server.say("200 ok").await;
    // The server may remember the first one's offset.
    server.answer("REST 0", "350 go on").await;
    server.answer("STOR b", "550 no").await;
    modem.expect_failure(SECOND, LinkError::Reply(550)).await;
}

/// A session over IPv6, or `None` on a machine without it.
async fn ipv6_session(data: DataConnection) -> Option<(Modem, Server)> {
    let server = Server::at(Ipv6Addr::LOCALHOST.into()).await.ok()?;
    Some(session_at(server, data).await)
}

#[tokio::test]
async fn over_ipv6_passive_is_epsv() {
    let Some((mut modem, mut server)) = ipv6_session(passive(DataAddress::Announced)).await else {
        return;
    };
    modem.store(FIRST, "a");
    let listener = TcpListener::bind("[::1]:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    server.answer("EPSV", &format!("229 Entering Extended Passive Mode (|||{port}|)")).await;
    server.answer("STOR a", "150 here").await;
    soon(listener.accept()).await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
}

#[tokio::test]
async fn over_ipv6_active_is_eprt() {
    let Some((mut modem, mut server)) = ipv6_session(DataConnection::Active).await else {
        return;
    };
    modem.store(FIRST, "a");
    let command = server.hear().await;
    let port = command.strip_prefix("EPRT |2|::1|").and_then(|rest| rest.strip_suffix('|'));
    let port: u16 = port.expect("the modem listens").parse().unwrap();
    server.say("200 ok").await;
    server.answer("STOR a", "150 here").await;
    let _data = soon(TcpStream::connect(("::1", port))).await.unwrap();
    modem.expect(LinkEvent::Ready(FIRST)).await;
}
