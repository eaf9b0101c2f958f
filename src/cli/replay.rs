//! `qftpsim replay`: a dialogue against the simulator or real hardware, side by side.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io::{self, Write as _};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::sim::Simulation;
use crate::transcript::chat::{Dialogue, counter};
use crate::transcript::replay::{Comparison, Player, Wish};

use super::args::ReplayOptions;
use super::port::Port;
use super::{DIFFERENT, fail, say};

/// A dialogue and the name of its file.
type Named = (String, Dialogue);

pub(super) fn replay(options: &ReplayOptions) -> ExitCode {
    let compared = load(&options.file).and_then(|dialogues| match &options.against {
        Some(port) => against(port, &dialogues, options.patience),
        None => simulated(&dialogues, options),
    });
    match compared {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(DIFFERENT),
        Err(error) => fail(&*error),
    }
}

/// The dialogue in `file`, after those that go before it.
fn load(file: &Path) -> Result<Vec<Named>, Box<dyn Error>> {
    let mut dialogues = Vec::new();
    load_into(&mut dialogues, &mut BTreeSet::new(), file)?;
    Ok(dialogues)
}

fn load_into(
    dialogues: &mut Vec<Named>,
    seen: &mut BTreeSet<String>,
    file: &Path,
) -> Result<(), Box<dyn Error>> {
    let name = file.display().to_string();
    if !seen.insert(name.clone()) {
        return Ok(());
    }
    let text = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    let dialogue = Dialogue::parse(&text).map_err(|error| format!("{name}: {error}"))?;
    for before in &dialogue.after {
        load_into(dialogues, seen, &file.with_file_name(before))?;
    }
    dialogues.push((name, dialogue));
    Ok(())
}

/// Plays against a port that somebody else sees to.
fn against(name: &str, dialogues: &[Named], patience: Duration) -> Result<bool, Box<dyn Error>> {
    for (path, size) in dialogues.iter().flat_map(|(_, dialogue)| &dialogue.server) {
        say(format_args!(
            "qftpsim: the server must have {path}: {size} bytes, 0, 1, ... 250, 0, 1, ..."
        ));
    }
    let port = Port::open(name).map_err(|error| format!("{name}: {error}"))?;
    play_all(port, dialogues, patience)
}

/// Plays against a modem of our own.
fn simulated(dialogues: &[Named], options: &ReplayOptions) -> Result<bool, Box<dyn Error>> {
    // The modem has its own thread; this one is the host.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let builder = Simulation::builder()
        .model(options.model)
        .no_pty()
        .tcp(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)));
    let knobs = options.knob.iter();
    let builder = knobs.fold(builder, |builder, (name, value)| builder.knob(name, value));
    let simulation = runtime.block_on(builder.start())?;
    let compared = play_on(&simulation, dialogues, options.patience);
    runtime.block_on(simulation.stop());
    compared
}

fn play_on(
    simulation: &Simulation,
    dialogues: &[Named],
    patience: Duration,
) -> Result<bool, Box<dyn Error>> {
    if let Some(server) = simulation.server() {
        for (path, size) in dialogues.iter().flat_map(|(_, dialogue)| &dialogue.server) {
            server.files().write(path, counter(*size))?;
        }
    }
    let addr = simulation.modems()[0].tcp().ok_or("the modem has no port")?;
    play_all(Port::connect(addr)?, dialogues, patience)
}

/// Plays them one after the other and prints the comparisons; whether all are equal.
fn play_all(
    mut port: Port,
    dialogues: &[Named],
    patience: Duration,
) -> Result<bool, Box<dyn Error>> {
    let mut differences = 0;
    for (name, dialogue) in dialogues {
        let comparison = play(&mut port, dialogue, patience)?;
        writeln!(io::stdout(), "{name}\n{}", comparison.side_by_side())?;
        differences += comparison.differences();
    }
    match differences {
        0 => writeln!(io::stdout(), "equal")?,
        count => writeln!(io::stdout(), "{count} differences, marked with !")?,
    }
    Ok(differences == 0)
}

fn play(port: &mut Port, dialogue: &Dialogue, patience: Duration) -> io::Result<Comparison> {
    let mut player = Player::new(dialogue.steps.clone());
    let mut limit = Instant::now() + patience;
    loop {
        let came = port.received();
        if !came.is_empty() {
            player.feed(&came);
            limit = Instant::now() + patience;
        }
        match player.next_wish() {
            Wish::Send(bytes) => port.send(&bytes)?,
            Wish::Pause(time) => port.listen(Instant::now() + time)?,
            Wish::Receive if port.receive(limit)? => continue,
            Wish::Receive => player.nothing_came(),
            Wish::Done => return Ok(player.finish()),
        }
        limit = Instant::now() + patience;
    }
}
