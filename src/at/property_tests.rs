//! Line assembly and syntax under anything that a host can send.

use bytes::Bytes;
use proptest::prelude::*;

use super::line::{LineAssembler, LineEvent, LineSettings, MAX_LINE};
use super::syntax::{Call, Form, RawValue, next_call, split_values};

fn assemble<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    settings: LineSettings,
) -> (Vec<LineEvent>, Vec<u8>) {
    let mut assembler = LineAssembler::default();
    let (mut events, mut echo) = (Vec::new(), Vec::new());
    for piece in pieces {
        let mut piece = Bytes::copy_from_slice(piece);
        while let Some(event) = assembler.next(&mut piece, settings, &mut echo) {
            events.push(event);
        }
        assert!(piece.is_empty(), "bytes left behind");
    }
    (events, echo)
}

/// The commands of a line, up to the first that is none.
fn calls(line: &str) -> Vec<Call<'_>> {
    let mut at = 0;
    let calls = std::iter::from_fn(|| {
        let before = at;
        let call = next_call(line, &mut at)?.ok()?;
        assert!(at > before, "a command without a character");
        Some(call)
    });
    calls.collect()
}

fn values(args: &str) -> Vec<RawValue<'_>> {
    split_values(args).map_while(Result::ok).collect()
}

/// Bytes in which command lines, whole and broken, are frequent.
fn host_bytes() -> impl Strategy<Value = Vec<u8>> {
    let special = prop::sample::select(b"AaTt/\r\n\x08\0\x1a\xff +;\"".to_vec());
    prop::collection::vec(prop_oneof![3 => special, 1 => any::<u8>()], 0..200)
}

/// Text in which the characters with a meaning are frequent.
fn line_text() -> impl Strategy<Value = String> {
    let special =
        prop::sample::select(Vec::from(['+', '=', '?', ';', '"', ',', ' ', 'S', 'D', '&', '1']));
    let any_char = prop_oneof![6 => special, 2 => prop::char::range('!', '~'), 1 => any::<char>()];
    prop::collection::vec(any_char, 0..40).prop_map(String::from_iter)
}

fn settings() -> impl Strategy<Value = LineSettings> {
    let characters = prop_oneof![Just((b'\r', 8)), any::<(u8, u8)>()];
    (characters, any::<bool>()).prop_map(|((terminator, backspace), echo)| LineSettings {
        terminator,
        backspace,
        echo,
    })
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_mean_the_same(
        bytes in host_bytes(),
        settings in settings(),
        piece in 1_usize..20,
    ) {
        let whole = assemble([bytes.as_slice()], settings);
        prop_assert!(whole.1.len() <= bytes.len());
        prop_assert_eq!(whole, assemble(bytes.chunks(piece), settings));
    }

    #[test]
    fn a_line_without_an_end_takes_no_memory(
        piece in prop::collection::vec(any::<u8>(), 1..300),
    ) {
        // No byte ends this line or takes anything back.
        let settings = LineSettings { terminator: b'\r', backspace: 8, echo: false };
        let piece: Vec<u8> =
            piece.into_iter().filter(|byte| !b"\r\x08".contains(byte)).collect();
        let mut assembler = LineAssembler::default();
        let mut begin = Bytes::from_static(b"AT");
        assembler.next(&mut begin, settings, &mut Vec::new());
        for _ in 0..100 {
            let mut piece = Bytes::copy_from_slice(&piece);
            let event = assembler.next(&mut piece, settings, &mut Vec::new());
            prop_assert_eq!(event, None);
            prop_assert!(assembler.capacity() <= 2 * MAX_LINE);
        }
    }

    #[test]
    fn commands_read_back_as_they_are_printed(line in line_text()) {
        let read = calls(&line);
        let printed: Vec<String> = read.iter().map(Call::to_string).collect();
        let printed = printed.join(";");
        prop_assert_eq!(calls(&printed), read, "printed as {:?}", printed);
    }

    #[test]
    fn values_read_back_as_they_are_printed(args in line_text()) {
        let read = values(&args);
        let printed: Vec<String> = read.iter().map(RawValue::to_string).collect();
        let printed = printed.join(",");
        // One absent value is printed as nothing, and so is none.
        prop_assert!(values(&printed) == read || printed.is_empty(), "printed as {printed:?}");
    }
}

#[test]
fn only_ascii_blanks_are_blanks() {
    assert_eq!(calls("+X=\u{a0}?")[0].form, Form::Write("\u{a0}?"));
}
