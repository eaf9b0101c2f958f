//! The readers of dialogues and captures, and the player: any text is a dialogue or an error on one
//! of its lines, and any dialogue plays to its end against any bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;
use qftpsim::transcript::capture::Capture;
use qftpsim::transcript::chat::{Action, Dialogue};
use qftpsim::transcript::replay::{Player, Wish};

// The dialogue, NUL, and what the module says.
fuzz_target!(|input: &[u8]| {
    let mut parts = input.splitn(2, |&byte| byte == 0);
    let Some(Ok(text)) = parts.next().map(std::str::from_utf8) else { return };
    let came = parts.next().unwrap_or_default();
    let _ = Capture::parse(text);
    let lines = text.lines().count();
    let dialogue = match Dialogue::parse(text) {
        Ok(dialogue) => dialogue,
        Err(error) => return assert!((1..=lines).contains(&error.line), "{error}"),
    };
    let sizes = dialogue.steps.iter().map(|step| match step.action {
        Action::SendCount(count) => count,
        _ => 0,
    });
    // Nothing is found by sending much.
    if sizes.sum::<usize>() > 1 << 20 {
        return;
    }
    let mut player = Player::new(dialogue.steps);
    let mut came = came.chunks(7);
    while !matches!(player.next_wish(), Wish::Done) {
        match came.next() {
            Some(piece) => player.feed(piece),
            None => player.nothing_came(),
        }
    }
    let _ = player.finish().side_by_side();
});
