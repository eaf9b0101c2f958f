//! Line assembly and the syntax of command lines: any bytes in any pieces mean the same, a line is
//! never longer than the limit, and what is understood reads back as it is printed.

#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use qftpsim::at::line::{LineAssembler, LineEvent, LineSettings, MAX_LINE};
use qftpsim::at::syntax::{Call, next_call, split_values};

const SETTINGS: LineSettings = LineSettings { terminator: b'\r', backspace: 8, echo: true };

// The first byte says how long the pieces are.
fuzz_target!(|input: &[u8]| {
    let Some((&piece, bytes)) = input.split_first() else { return };
    let whole = assemble(bytes, usize::MAX);
    assert_eq!(whole, assemble(bytes, usize::from(piece) + 1), "pieces change the meaning");
    let (events, echo) = whole;
    assert!(echo.len() <= bytes.len());
    for event in events {
        if let LineEvent::Line(text) | LineEvent::Repeat(text) = event {
            assert!(text.len() <= MAX_LINE);
            understand(&text);
        }
    }
});

fn assemble(bytes: &[u8], piece: usize) -> (Vec<LineEvent>, Vec<u8>) {
    let mut assembler = LineAssembler::default();
    let (mut events, mut echo) = (Vec::new(), Vec::new());
    for piece in bytes.chunks(piece) {
        let mut piece = Bytes::copy_from_slice(piece);
        while let Some(event) = assembler.next(&mut piece, SETTINGS, &mut echo) {
            events.push(event);
        }
        assert!(piece.is_empty(), "bytes left behind");
    }
    (events, echo)
}

fn understand(text: &str) {
    let calls = calls(text);
    let printed: Vec<String> = calls.iter().map(Call::to_string).collect();
    let printed = printed.join(";");
    assert_eq!(self::calls(&printed), calls, "{text:?} is printed as {printed:?}");
    for call in calls {
        if let qftpsim::at::syntax::Form::Write(args) = call.form {
            let values = split_values(args).map_while(Result::ok);
            let values: Vec<_> = values.collect();
            let printed: Vec<String> = values.iter().map(ToString::to_string).collect();
            let printed = printed.join(",");
            let again: Vec<_> = split_values(&printed).map_while(Result::ok).collect();
            // Nothing at all is not one absent value, although both are printed as nothing.
            assert!(again == values || printed.is_empty(), "{args:?} is printed as {printed:?}");
        }
    }
}

/// The commands of a line up to the first that is none.
fn calls(text: &str) -> Vec<Call<'_>> {
    let mut at = 0;
    let calls = std::iter::from_fn(|| {
        let before = at;
        let call = next_call(text, &mut at)?.ok()?;
        assert!(at > before, "a command without a character");
        Some(call)
    });
    calls.collect()
}
