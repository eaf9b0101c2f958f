//! The program on a terminal: it can be talked to, interrupted and stopped.

use std::process::{Command, Output};

use super::{Place, stderr};

/// A shell with job control on a terminal of its own: Python plays who sits before it.
const TERMINAL: &str = r#"
import os, pty, sys
shell, terminal = pty.fork()
if shell == 0:
    os.execvp("bash", ["bash", "-mc", sys.argv[1]])
def wait_for(word):
    seen = b""
    while word not in seen:
        try:
            piece = os.read(terminal, 1000)
        except OSError:
            piece = b""
        if not piece:
            sys.exit(f"no {word} in {seen}")
        seen += piece
for step in sys.argv[2:]:
    kind, text = step.split(":", 1)
    if kind == "type":
        os.write(terminal, text.encode())
    else:
        wait_for(text.encode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(shell, 0)[1]))
"#;

/// Runs `line` in such a shell and goes through `steps`: `type:TEXT`, `see:TEXT`. The exit status.
fn on_a_terminal(place: &Place, line: &str, steps: &[&str]) -> Output {
    let line = line.replace("QFTPSIM", env!("CARGO_BIN_EXE_qftpsim"));
    Command::new("python3")
        .args(["-c", TERMINAL, &line])
        .args(steps)
        .env("XDG_RUNTIME_DIR", place.0.path())
        .current_dir(place.0.path())
        .output()
        .expect("python3 runs")
}

#[test]
fn the_program_can_be_talked_to_on_the_terminal() {
    let place = Place::new();
    let line = "QFTPSIM exec -- sh -c 'echo ready; read word; echo got $word; exit 9'";
    let output = on_a_terminal(&place, line, &["see:ready", "type:hello\n", "see:got hello"]);
    assert_eq!(output.status.code(), Some(9), "{}", stderr(&output));
}

#[test]
fn ctrl_c_ends_the_program_and_all_further_runs() {
    let place = Place::new();
    place.scenarios(&["a", "b"]);
    let line = "QFTPSIM exec --scenario scenarios -- sh -c 'echo ready; read word'; exit $?";
    let output = on_a_terminal(&place, line, &["see:ready", "type:\x03", "see:not run"]);
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
}

#[test]
fn ctrl_z_gives_the_terminal_back_to_the_shell_and_fg_goes_on() {
    let place = Place::new();
    let line = "QFTPSIM exec -- sh -c 'echo ready; read word; echo got $word'; \
                echo stop$?; fg; exit $?";
    let steps = ["see:ready", "type:\x1a", "see:stop148", "type:hello\n", "see:got hello"];
    let output = on_a_terminal(&place, line, &steps);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}
