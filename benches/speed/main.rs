//! How fast the simulator is, beside what bounds it: `cargo bench`, or for some groups of figures
//! `cargo bench --bench speed -- latency core`.
//!
//! Both sides of a ratio are measured in turns within one run, on the same machine and under the
//! same load, and the medians are compared. One file per group of figures.

mod baseline;
mod core_alone;
mod latency;
mod memory;
mod place;
mod port_data;
mod scale;
mod start;
mod stores;
mod table;

// What the tests have for starting a simulator serves here, too.
#[path = "../../tests/common/mod.rs"]
mod common;

use table::{Row, machine};

/// A group of figures: its name, and how to measure it.
type Group = (&'static str, fn() -> Vec<Row>);

const GROUPS: &[Group] = &[
    ("latency", latency::rows),
    ("com", port_data::rows),
    ("stores", stores::rows),
    ("start", start::rows),
    ("scale", scale::rows),
    ("core", core_alone::rows),
    ("memory", memory::rows),
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if baseline::play_role(&arguments) {
        return;
    }
    // `cargo bench` adds --bench; what else is given names groups.
    let wanted: Vec<_> = arguments.iter().filter(|name| !name.starts_with("--")).collect();
    let unknown = wanted.iter().find(|name| GROUPS.iter().all(|(group, _)| group != **name));
    if let Some(name) = unknown {
        let groups: Vec<_> = GROUPS.iter().map(|(group, _)| *group).collect();
        eprintln!("no group of figures `{name}`; there are {}", groups.join(", "));
        std::process::exit(2);
    }
    println!("\n{}\n\n{}", machine(), Row::HEADING);
    for (name, rows) in GROUPS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            rows().iter().for_each(|row| println!("{row}"));
        }
    }
}
