//! Runs the checks, and prints what came of each.

use std::fmt::Write as _;
use std::io::Write as _;
use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::checks::Check;
use crate::differences::DIFFERENCES;
use crate::server::{EMBEDDED, Ground, Kind, Missing, REAL, Security};
use crate::session::{Session, Transmode};

/// Runs `checks` on every server at `address` in each of `ways`, prints the table, and fails on a
/// cell that is neither `ok` nor explained.
pub fn run(title: &str, address: IpAddr, ways: &[(Security, Transmode)], checks: &[Check]) {
    let mut table = format!("\n{title}\n{:32}{:10}", "", "OPEN");
    for check in checks {
        let _ = write!(table, "{:10}", check.name);
    }
    let mut notes = Vec::new();
    let mut wrong = Vec::new();
    let embedded = Some(&EMBEDDED).filter(|_| address.is_ipv4());
    for kind in embedded.into_iter().chain(&REAL) {
        for &(security, transmode) in ways {
            let name = format!("{:12}{security:10}{transmode:10}", kind.name);
            let _ = write!(table, "\n{name}");
            let cells = match row(kind, Ground::at(address), (security, transmode), checks) {
                Ok(cells) => cells,
                Err(Missing(why)) => {
                    let _ = write!(table, "skipped: {why}");
                    if std::env::var_os("QFTPSIM_REQUIRE_SERVERS").is_some() {
                        wrong.push(format!("{name}: {why}"));
                    }
                    continue;
                }
            };
            for (check, cell) in cells {
                let _ = write!(table, "{cell:10}");
                let known = DIFFERENCES.iter().find(|known| {
                    (known.server, known.check) == (kind.name, check) && known.cell == cell
                });
                match known {
                    Some(known) if !notes.contains(&known.why) => notes.push(known.why),
                    None if cell != "ok" => wrong.push(format!("{name}{check}: {cell}")),
                    _ => {}
                }
            }
        }
    }
    for known in DIFFERENCES.iter().filter(|known| notes.contains(&known.why)) {
        let _ = write!(table, "\n{} {} {}: {}", known.server, known.check, known.cell, known.why);
    }
    // Not by println!, which the test runner keeps to itself when all is well.
    writeln!(std::io::stderr(), "{table}").expect("a terminal");
    assert!(wrong.is_empty(), "neither ok nor explained:\n{}", wrong.join("\n"));
}

type Row = Vec<(&'static str, String)>;

fn row(
    kind: &Kind,
    ground: Ground,
    (security, transmode): (Security, Transmode),
    checks: &[Check],
) -> Result<Row, Missing> {
    let server = (kind.start)(ground, security)?;
    let mut session = Session::new(server, security, transmode);
    let mut cells = Vec::new();
    for check in std::iter::once(&Check { name: "OPEN", run: Session::open }).chain(checks) {
        // A host that waits in vain panics: that is a result too, but the dialogue is lost.
        let run = AssertUnwindSafe(|| (check.run)(&mut session));
        let (cell, go_on) = match catch_unwind(run) {
            Ok(Ok(())) => ("ok".to_owned(), true),
            Ok(Err(cell)) => (cell, check.name != "OPEN"),
            Err(_) => ("lost".to_owned(), false),
        };
        cells.push((check.name, cell));
        if !go_on {
            break;
        }
    }
    Ok(cells)
}
