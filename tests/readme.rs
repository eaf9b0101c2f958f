//! The README says what the program says.

use std::process::Command;

use qftpsim::modem::knobs::KNOBS;

const README: &str = include_str!("../README.md");

fn commands(format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_qftpsim"))
        .args(["commands", "--format", format])
        .output()
        .expect("qftpsim runs");
    assert!(output.status.success());
    String::from_utf8(output.stdout).expect("text")
}

/// The part of the table under the heading `title`.
fn part(table: &str, title: &str) -> String {
    let start = table.find(&format!("### {title}\n")).expect("the heading is there");
    let rows = table[start..].lines().skip(2).take_while(|line| !line.is_empty());
    rows.map(|row| format!("{row}\n")).collect()
}

#[test]
fn the_commands_in_the_readme_are_those_of_qftpsim_commands() {
    let begin = "<!-- qftpsim commands -->\n";
    let from = README.find(begin).expect("the mark is there") + begin.len();
    let to = README[from..].find("<!-- end -->").expect("the end mark is there") + from;
    let expected = commands("markdown");
    for (in_readme, expected) in README[from..to].trim().lines().zip(expected.trim().lines()) {
        assert_eq!(in_readme, expected);
    }
    assert_eq!(README[from..to].trim().lines().count(), expected.trim().lines().count());
}

#[test]
fn the_knobs_in_the_readme_are_knobs() {
    let start = README.find("| unknown | knob |").expect("the table is there");
    for row in README[start..].lines().skip(2).take_while(|line| line.starts_with('|')) {
        let names = row.rsplit('|').nth(1).expect("a column");
        for name in names.split(',').map(|name| name.trim().trim_matches('`')) {
            assert!(KNOBS.iter().any(|knob| knob.name == name), "no knob {name}");
        }
    }
}

#[test]
fn all_eighteen_ftp_commands_are_listed() {
    let rows = part(&commands("markdown"), "FTP(S)");
    let names: Vec<_> = rows.lines().skip(2).collect();
    assert_eq!(names.len(), 18, "{rows}");
}

#[test]
fn the_json_table_is_json() {
    let table: serde_json::Value = serde_json::from_str(&commands("json")).expect("JSON");
    let open = table
        .as_array()
        .and_then(|commands| commands.iter().find(|command| command["name"] == "+QFTPOPEN"))
        .expect("AT+QFTPOPEN is listed");
    assert_eq!(open["parameters"][0]["name"], "<hostname>");
    assert_eq!(open["forms"][1], "AT+QFTPOPEN=<hostname>[,<port>]");
}
