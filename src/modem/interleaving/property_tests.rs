//! Interleavings that proptest chooses.

use proptest::prelude::*;

use crate::modem::link::LinkError;

use super::bench::Bench;
use super::fault::Fault;
use super::step::{LINES, Step};

/// Any step.
fn step() -> impl Strategy<Value = Step> {
    let cause = prop_oneof![
        (400u16..560).prop_map(LinkError::Reply),
        Just(LinkError::DataNotOpened),
        Just(LinkError::DataClosed),
        Just(LinkError::ControlClosed),
    ];
    prop_oneof![
        6 => proptest::sample::select(LINES).prop_map(Step::Line),
        1 => Just(Step::HalfLine),
        3 => (1usize..3000).prop_map(Step::Data),
        1 => Just(Step::Escape),
        1 => proptest::collection::vec(any::<u8>(), 1..20).prop_map(Step::Noise),
        2 => prop_oneof![1u64..100, 1000u64..200_000].prop_map(Step::Pass),
        2 => Just(Step::Deadline),
        1 => (1u64..20_000).prop_map(Step::Asleep),
        1 => (1u64..100_000).prop_map(Step::Belated),
        8 => Just(Step::Serve),
        1 => (cause, any::<bool>()).prop_map(|(cause, alive)| Step::Fail(cause, alive)),
        1 => (0u8..8, 0u64..3).prop_map(|(kind, back)| Step::Wild { kind, back }),
        1 => Just(Step::Lost),
        1 => any::<bool>().prop_map(Step::Read),
        1 => any::<bool>().prop_map(Step::Present),
        1 => any::<bool>().prop_map(Step::Dtr),
        1 => Just(Step::DropContext),
        1 => any::<bool>().prop_map(Step::Power),
        4 => any::<[u8; 3]>().prop_map(|bytes| Step::Fault(Fault::of(bytes))),
    ]
}

#[test]
fn what_a_fuzzer_has_found_stays_found() {
    let seeds = std::fs::read_dir("fuzz/seeds/machine").expect("the seeds of the fuzz target");
    for seed in seeds {
        super::play(&std::fs::read(seed.expect("a seed").path()).expect("its bytes"));
    }
}

proptest! {
    #[test]
    fn an_orderly_host_gets_one_result_a_line_and_one_urc_an_operation(
        steps in proptest::collection::vec(step(), 1..60)
    ) {
        Bench::orderly(steps);
    }

    #[test]
    fn whatever_comes_the_machine_goes_on(
        steps in proptest::collection::vec(step(), 1..60)
    ) {
        Bench::chaos(steps);
    }

    #[test]
    fn any_bytes_of_a_fuzzer_are_steps(
        bytes in proptest::collection::vec(any::<u8>(), 0..200)
    ) {
        super::play(&bytes);
    }
}
