//! Whatever is answered, replaced and delayed, each command gets its own reply.

use proptest::prelude::*;

use super::*;

/// What is asked for, and what becomes of it.
#[derive(Clone, Debug)]
struct Step {
    download: bool,
    /// Instead of sending PWD or RETR: this code.
    command: Option<u16>,
    /// Instead of 150 to RETR.
    preliminary: Option<u16>,
    /// Instead of the final reply.
    last: Option<u16>,
    after: Duration,
}

impl Step {
    /// What becomes of it, if the server knows it as number `n`.
    fn outcome(&self, n: usize) -> Result<String, u16> {
        let preliminary = self.preliminary.filter(|_| self.download);
        match self.command.or(preliminary).or(self.last) {
            Some(code) => Err(code),
            None => Ok(n.to_string()),
        }
    }
}

/// Follows the steps, one after the other.
#[derive(Debug)]
struct Plan {
    steps: Vec<Step>,
    /// How many of them have begun.
    begun: usize,
}

impl Plan {
    fn verdict(&self, instead: Option<u16>) -> Verdict<Exchange> {
        let step = &self.steps[self.begun - 1];
        Verdict::from(instead.map_or(Exchange::Pass, answer)).after(step.after)
    }
}

impl Interposer for Plan {
    fn command(&mut self, _: ModuleTime, command: &Command) -> Verdict<Exchange> {
        if !matches!(command.verb.as_str(), "PWD" | "RETR") {
            return Exchange::Pass.into();
        }
        self.begun += 1;
        self.verdict(self.steps[self.begun - 1].command)
    }

    fn reply(&mut self, _: ModuleTime, reply: &Reply, to: Occasion<'_>) -> Verdict<Exchange> {
        match to {
            Occasion::Command(command) if matches!(command.verb.as_str(), "PWD" | "RETR") => {
                let step = &self.steps[self.begun - 1];
                self.verdict(if reply.code == 150 { step.preliminary } else { step.last })
            }
            _ => Exchange::Pass.into(),
        }
    }
}

/// A server that counts the PWDs and RETRs it hears, tells their number, and says everything in
/// pieces of these sizes.
async fn serve(mut server: Server, mut pieces: impl Iterator<Item = usize>) {
    server.accept().await;
    let mut n = 0;
    let mut listener = None;
    let mut text = "220-multi\r\n 220 line\r\n220 ready\r\n".to_owned();
    loop {
        let mut rest = text.as_bytes();
        while !rest.is_empty() {
            let (piece, other) = rest.split_at(rest.len().min(pieces.next().unwrap()));
            if server.control().write_all(piece).await.is_err() {
                return;
            }
            yield_now().await;
            rest = other;
        }
        let mut line = String::new();
        if !matches!(server.control().read_line(&mut line).await, Ok(1..)) {
            return;
        }
        text = match line.split_whitespace().next().unwrap() {
            "USER" => "331 go on\r\n".to_owned(),
            "PASS" => "230-welcome\r\n230 here\r\n".to_owned(),
            "PASV" => {
                let new = TcpListener::bind((LOCALHOST, 0)).await.unwrap();
                let address = new.local_addr().unwrap();
                listener = Some(new);
                format!("{}\r\n", announcement(address))
            }
            "PWD" => {
                n += 1;
                format!("257-this is\r\n25 7\r\n257 \"{n}\" said\r\n")
            }
            "RETR" => {
                n += 1;
                let mut data = listener.take().unwrap().accept().await.unwrap().0;
                // The client may be gone already.
                let _ = data.write_all(n.to_string().as_bytes()).await;
                "150-here\r\n150 it comes\r\n226-well\r\n226 done\r\n".to_owned()
            }
            _ => "200 ok\r\n".to_owned(),
        };
    }
}

async fn run(steps: Vec<Step>, pieces: Vec<usize>) {
    let server = Server::new().await;
    // Every delay is over at once.
    let clock = Clock::start(1e9);
    let plan = steps.clone();
    let interposition =
        Interposition::new(clock, move || Box::new(Plan { steps: plan.clone(), begun: 0 }));
    let mut modem = Modem::new(server.router().with_interposition(interposition));
    let serving = tokio::spawn(serve(server, pieces.into_iter().cycle()));
    modem.ask(open(passive_target()));
    modem.expect(LinkEvent::Opened(OPEN)).await;
    let mut heard = 0;
    for (index, step) in steps.iter().enumerate() {
        let op = OpId(1 + index as u64);
        if step.download {
            modem.retrieve(op, "a");
            modem.ask(LinkRequest::Credit(op, 100));
        } else {
            modem.control(op, ControlCommand::Pwd);
        }
        let mut data = Vec::new();
        let outcome = loop {
            match modem.event().await {
                LinkEvent::Ready(_) => {}
                LinkEvent::Data(_, part) => data.extend_from_slice(&part),
                LinkEvent::Finished(_) => break Ok(String::from_utf8(data).unwrap()),
                LinkEvent::Answered(_, Answer::Path(path)) => break Ok(path),
                LinkEvent::Failed(_, LinkFailure { cause: LinkError::Reply(code), .. }) => {
                    break Err(code);
                }
                other => panic!("{other:?}"),
            }
        };
        heard += usize::from(step.command.is_none());
        assert_eq!(outcome, step.outcome(heard), "step {index}");
    }
    modem.ask(LinkRequest::Drop);
    soon(serving).await.unwrap();
}

fn instead(codes: &'static [u16]) -> impl Strategy<Value = Option<u16>> {
    prop_oneof![3 => Just(None), 1 => proptest::sample::select(codes).prop_map(Some)]
}

fn step() -> impl Strategy<Value = Step> {
    let command = instead(&[500, 550, 451]);
    let preliminary = instead(&[425, 450, 553]);
    let last = instead(&[426, 452, 551]);
    (any::<bool>(), command, preliminary, last, 0..3_u64).prop_map(
        |(download, command, preliminary, last, seconds)| {
            let after = Duration::from_secs(seconds);
            Step { download, command, preliminary, last, after }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn each_command_gets_its_own_reply(
        steps in proptest::collection::vec(step(), 1..12),
        pieces in proptest::collection::vec(1..24_usize, 1..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(steps, pieces));
    }
}
