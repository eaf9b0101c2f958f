//! The table of figures, as Markdown.

use std::fmt;
use std::fs;

/// One figure.
pub struct Row {
    /// What was measured.
    pub figure: String,
    /// The simulator's figure, with its unit.
    pub measured: String,
    /// What it is compared with, and that one's figure; empty when it stands for itself.
    pub against: String,
    /// The figure by which the goal is judged.
    pub judged: Judged,
}

/// How a figure is judged.
pub enum Judged {
    /// It must not be above the goal.
    AtMost {
        /// What came out.
        value: f64,
        /// What was wanted.
        goal: f64,
        /// `×`, `ms`…
        unit: &'static str,
    },
    /// It must not be below the goal.
    AtLeast {
        /// What came out.
        value: f64,
        /// What was wanted.
        goal: f64,
        /// `×`, `GB/s`…
        unit: &'static str,
    },
    /// It could not be measured here.
    Skipped(&'static str),
}

impl Row {
    /// The first two lines of the table.
    pub const HEADING: &'static str = "| figure | measured | against | result | goal | |\n\
                                       | --- | --- | --- | --- | --- | --- |";
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { figure, measured, against, judged } = self;
        write!(f, "| {figure} | {measured} | {against} | ")?;
        match judged {
            Judged::AtMost { value, goal, unit } => {
                let met = if value <= goal { "met" } else { "**missed**" };
                write!(f, "{} {unit} | ≤ {goal} {unit} | {met} |", digits(*value))
            }
            Judged::AtLeast { value, goal, unit } => {
                let met = if value >= goal { "met" } else { "**missed**" };
                write!(f, "{} {unit} | ≥ {goal} {unit} | {met} |", digits(*value))
            }
            Judged::Skipped(why) => write!(f, "| | skipped: {why} |"),
        }
    }
}

/// Three digits are enough.
pub fn digits(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

/// The one in the middle; 0 of none.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// What two sides took, or moved, turn by turn.
#[derive(Default)]
pub struct Turns(Vec<(f64, f64)>);

impl Turns {
    /// Adds a turn: the simulator's figure, and that of what it is compared with.
    pub fn add(&mut self, simulator: f64, other: f64) {
        self.0.push((simulator, other));
    }

    /// The simulator's median.
    pub fn simulator(&self) -> f64 {
        median(self.0.iter().map(|turn| turn.0).collect())
    }

    /// The other's median.
    fn other(&self) -> f64 {
        median(self.0.iter().map(|turn| turn.1).collect())
    }

    /// The median of the turns' ratios: what makes the machine slow for a while slows both.
    pub fn ratio(&self) -> f64 {
        median(self.0.iter().map(|turn| turn.0 / turn.1).collect())
    }

    /// A row of both figures in `unit`, judged as said.
    pub fn row(&self, figure: String, unit: &str, against: &str, judged: Judged) -> Row {
        let measured = format!("{} {unit}", digits(self.simulator()));
        let against = format!("{against}: {} {unit}", digits(self.other()));
        Row { figure, measured, against, judged }
    }
}

/// What the figures were measured on.
pub fn machine() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"));
    let model =
        model.map_or("unknown processor", |model| model.trim_start_matches(['\t', ' ', ':']));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or_default();
    format!("{model}, {threads} processors, Linux {}, load {load} before", kernel.trim())
}
