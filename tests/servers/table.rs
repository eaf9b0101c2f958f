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
    for (name, row) in rows(address, ways, checks) {
        let _ = write!(table, "\n{name:32}");
        let cells = match row {
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
            let cell = cell.replace("+CME ERROR:", "CME");
            let _ = write!(table, "{cell:10}");
            let known = DIFFERENCES.iter().find(|known| {
                name.contains(known.row) && known.check == check && known.cell == cell
            });
            match known {
                Some(known) if !notes.contains(&known.why) => notes.push(known.why),
                None if cell != "ok" && cell != NOTHING => {
                    wrong.push(format!("{name} {check}: {cell}"))
                }
                _ => {}
            }
        }
    }
    for known in DIFFERENCES.iter().filter(|known| notes.contains(&known.why)) {
        let _ = write!(table, "\n{} {} {}: {}", known.row, known.check, known.cell, known.why);
    }
    // Not by println!, which the test runner keeps to itself when all is well.
    writeln!(std::io::stderr(), "{table}").expect("a terminal");
    assert!(wrong.is_empty(), "neither ok nor explained:\n{}", wrong.join("\n"));
}

/// All rows, in order. One server is at work while another waits.
fn rows(
    address: IpAddr,
    ways: &[(Security, Transmode)],
    checks: &[Check],
) -> Vec<(String, Result<Row, Missing>)> {
    let embedded = Some(&EMBEDDED).filter(|_| address.is_ipv4());
    let kinds = embedded.into_iter().chain(&REAL);
    std::thread::scope(|scope| {
        let rows = |kind: &'static Kind| {
            let row = move |&(security, transmode)| {
                let name = format!("{} {security} {transmode}", kind.name);
                (name, row(kind, Ground::at(address), (security, transmode), checks))
            };
            scope.spawn(move || ways.iter().map(row).collect::<Vec<_>>())
        };
        let running: Vec<_> = kinds.map(rows).collect();
        running.into_iter().flat_map(|rows| rows.join().expect("a row")).collect()
    })
}

/// A cell after the one that says why there is no session.
const NOTHING: &str = "-";

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
    let mut usable = true;
    for check in std::iter::once(&Check { name: "OPEN", run: Session::open }).chain(checks) {
        if !usable {
            cells.push((check.name, NOTHING.to_owned()));
            continue;
        }
        // A host that waits in vain panics: that is a result too, but the dialogue is lost.
        let outcome = catch_unwind(AssertUnwindSafe(|| (check.run)(&mut session)));
        let cell;
        (cell, usable) = match outcome {
            Ok(Ok(())) => ("ok".to_owned(), true),
            Ok(Err(cell)) if check.name == "OPEN" => (cell, false),
            // The next check shall not suffer from it.
            Ok(Err(cell)) => match session.reopen() {
                Ok(()) => (cell, true),
                Err(said) => (format!("{cell}, then {said}"), false),
            },
            Err(_) => ("lost".to_owned(), false),
        };
        cells.push((check.name, cell));
    }
    Ok(cells)
}
