//! The examples of the vendor's FTP(S) note, replayed against the modem on the bench.

use std::fs;
use std::path::{Path, PathBuf};

use qftpsim::rig::Rig;
use qftpsim::transcript::chat::{Dialogue, counter};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dialogues/note")
}

/// Plays the dialogue `name` after those that go before it.
fn replay(rig: &mut Rig, name: &str) {
    let text = fs::read_to_string(folder().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    let dialogue = Dialogue::parse(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
    for (path, size) in dialogue.server {
        rig.server.put(&path, counter(size));
    }
    for before in dialogue.after {
        replay(rig, &before);
    }
    // Panics name the line; this names the file.
    println!("{name}");
    rig.play(&text);
    assert_eq!(rig.text(), "", "{name}: more came than the dialogue says");
}

fn names() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the dialogues are there");
    let mut names: Vec<_> = entries
        .map(|entry| entry.expect("readable").file_name().into_string().expect("a plain name"))
        .collect();
    names.sort();
    names
}

#[test]
fn every_example_of_the_note_goes_as_written() {
    for name in names() {
        replay(&mut Rig::default(), &name);
    }
}

#[test]
fn sections_3_1_to_3_8_are_there_and_those_of_chapter_2_with_examples() {
    let sections: Vec<_> =
        names().iter().filter_map(|n| Some(n.split_once('-')?.0.to_owned())).collect();
    let expected = [
        "2.11", "2.12", "2.13", "2.2", "2.5", "2.6", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6",
        "3.7", "3.8",
    ];
    assert_eq!(sections, expected);
}
