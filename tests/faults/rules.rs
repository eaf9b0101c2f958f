//! Which of the times: counting, phases and chance on the wire.

use crate::bench::Bench;

/// The answers to so many AT+QFTPSIZE.
fn sizes(faults: &str, times: usize) -> Vec<String> {
    let mut bench =
        Bench::logged_in(&format!("server: {{files: {{/f: {{size: 9}}}}}}\nfaults:\n{faults}"));
    let size = |bench: &mut Bench| match bench.host.ask("AT+QFTPSIZE=\"f\"") {
        Ok(answer) | Err(answer) => answer,
    };
    (0..times).map(|_| size(&mut bench)).collect()
}

#[test]
fn the_times_are_chosen_by_number() {
    for (which, expected) in [
        ("nth: 3", "..x...."),
        ("from: 5", "....xxx"),
        ("every: 3", "x..x..x"),
        ("from: 2, every: 2", ".x.x.x."),
        ("times: 2", "xx....."),
        ("from: 2, every: 2, times: 2", ".x.x..."),
    ] {
        for event in ["command: +QFTPSIZE", "verb: SIZE"] {
            let fault = format!("- {{name: a, when: {{{event}, {which}}}, do: {{reply: 550}}}}");
            let picture: String = sizes(&fault, 7)
                .iter()
                .map(|answer| match &**answer {
                    "627,550" => 'x',
                    "0,9" => '.',
                    other => panic!("{other}"),
                })
                .collect();
            assert_eq!(picture, expected, "{event}, {which}");
        }
    }
}

#[test]
fn states_of_the_scenario_tell_phases_apart() {
    let answers = sizes(
        "- {name: a, when: {verb: SIZE, in_state: start, nth: 2}, do: {reply: 550}, then_state: bad}\n\
         - {name: b, when: {verb: SIZE, in_state: bad}, do: {reply: 450}, then_state: worse}\n\
         - {name: c, when: {verb: SIZE, in_state: worse}, do: {reply: 451}, then_state: start}",
        6,
    );
    assert_eq!(answers, ["0,9", "627,550", "617,450", "618,451", "0,9", "0,9"]);
}

#[test]
fn chance_is_drawn_from_the_seed() {
    let chance = "- {name: a, when: {verb: SIZE, probability: 0.5}, do: {reply: 550}}";
    let answers = sizes(chance, 32);
    assert!(answers.iter().any(|answer| answer == "0,9"));
    assert!(answers.iter().any(|answer| answer == "627,550"));
    assert_eq!(answers, sizes(chance, 32));
}

#[test]
fn of_two_faults_at_one_moment_the_first_in_the_file_wins() {
    let answers = sizes(
        "- {name: a, when: {verb: SIZE, nth: 1}, do: {reply: 550}}\n\
         - {name: b, when: {verb: SIZE, times: 1}, do: {reply: 450}}",
        3,
    );
    assert_eq!(answers, ["627,550", "0,9", "0,9"]);
}

#[test]
fn a_byte_of_a_transfer_is_counted_by_transfers() {
    let mut bench = Bench::logged_in(
        "stores: {UFS: {files: {l: {size: 1000}}}}\n\
         faults: [{name: a, when: {from: 2, every: 2}, at: {uploaded: 300}, do: {reply: 452}}]",
    );
    for answer in ["0,1000", "619,452", "0,1000", "619,452", "0,1000"] {
        bench.ask("AT+QFTPPUT=\"p\",\"UFS:l\"", &format!("+QFTPPUT: {answer}"));
    }
    assert_eq!(bench.fired(), [2]);
}
