//! The contents of files, on the server and in the stores, against the simplest thing that could be
//! right, under random commands, faults of the module and failures of the server.
//!
//! What a command has acknowledged is there, to the byte. What has failed is as it was before, or
//! as it was to be, or on the way; everything else is untouched.

mod bench;
mod op;
mod trouble;

use proptest::prelude::*;
use proptest::sample::subsequence;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use bench::Bench;
use op::{Op, ops};
use trouble::{FAULTS, Trouble, trouble};

/// What is done, and how the server fails meanwhile.
type Step = (Vec<Op>, Option<Trouble>);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((ops(), prop::option::weighted(0.2, trouble())), 1..40)
}

/// Does it all with these faults, and tells how often they have fired.
fn play(steps: &[Step], faults: &[&str], seed: u64) -> usize {
    let mut bench = Bench::new(faults, seed);
    for (ops, trouble) in steps {
        bench.step(ops, trouble.as_ref());
    }
    bench.fired
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn files_here_and_there_are_what_was_said_of_them(steps in steps()) {
        play(&steps, &[], 0);
    }

    #[test]
    fn faults_take_nothing_away_that_was_acknowledged(
        steps in steps(),
        faults in subsequence(&FAULTS[..], 1..10),
        seed in any::<u64>(),
    ) {
        play(&steps, &faults, seed);
    }
}

#[test]
fn every_fault_fires_in_some_sequence() {
    let mut runner = TestRunner::deterministic();
    for fault in FAULTS {
        let fires = (0..20).any(|seed| {
            let steps = steps().new_tree(&mut runner).expect("a value").current();
            play(&steps, &[fault], seed) > 0
        });
        assert!(fires, "{fault}");
    }
}
