//! Every capture of `fixtures/captures` against the simulated modem; its README explains the files.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use qftpsim::modem::Setup;
use qftpsim::modem::knobs::{KNOBS, Source};
use qftpsim::modem::link::{LinkError, LinkEvent};
use qftpsim::modem::models::{MODELS, Model};
use qftpsim::modem::network::{Registration, Sim};
use qftpsim::rig::Rig;
use qftpsim::store::{Existing, FileName};
use qftpsim::time::parse_duration;
use qftpsim::transcript::capture::{Capture, Exchange, Family};
use qftpsim::transcript::chat::counter;

/// `setups.yaml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Setups {
    /// Commands that the simulator does not have, by name; `*` at the end stands for the rest.
    out_of_scope: Vec<String>,
    /// What stands for a name in braces in a `send`.
    values: BTreeMap<String, String>,
    /// Setups that are the case by themselves.
    in_place: BTreeSet<String>,
    files: BTreeMap<String, FileSetup>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct FileSetup {
    model: String,
    knobs: BTreeMap<String, String>,
    exchanges: BTreeMap<usize, Steps>,
}

/// How a setup is brought about, in this order.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Steps {
    /// A new modem with these knobs besides those of the file.
    fresh: Option<BTreeMap<String, String>>,
    sim: Option<String>,
    registration: Option<String>,
    circuit_switched: Option<String>,
    operator: Option<String>,
    access: Option<u8>,
    rssi: Option<u8>,
    /// Files of so many bytes on the server, and on the module.
    server: BTreeMap<String, usize>,
    stores: BTreeMap<String, usize>,
    /// When every file on the server was modified, as MDTM says it.
    modified: Option<String>,
    /// What the server says to the next operation.
    failure: Option<String>,
    /// A dialogue that goes before.
    before: String,
    /// Then, a command whose transfer begins and stalls.
    stalled: Option<String>,
    values: BTreeMap<String, String>,
    /// What is sent after `CONNECT`.
    data: Option<Data>,
    /// How long the answer takes; a second if not said.
    wait: Option<String>,
}

/// Bytes that a host sent.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
struct Data {
    #[serde(default)]
    text: String,
    /// Nobody kept the bytes: so many with this checksum.
    #[serde(default)]
    size: usize,
    #[serde(default)]
    checksum: u16,
}

impl Data {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.text.clone().into_bytes();
        if self.size > 0 {
            bytes.resize(self.size, 0);
            bytes[..2].copy_from_slice(&self.checksum.to_be_bytes());
        }
        bytes
    }
}

/// `not-reproduced.yaml`: by file and exchange.
type Listed = BTreeMap<String, BTreeMap<usize, NotReproduced>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NotReproduced {
    /// What the exchange sends, so that an entry that has slipped is noticed.
    send: Option<String>,
    reason: String,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/captures")
}

fn read<T: DeserializeOwned>(name: &str) -> T {
    let path = folder().join(name);
    let text = std::fs::read_to_string(&path).unwrap();
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The captures by the name of their file.
fn captures() -> BTreeMap<String, Capture> {
    let mut captures = BTreeMap::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let data = path.extension().is_some_and(|extension| extension == "yaml");
        if data && name != "setups" && name != "not-reproduced" {
            let capture = Capture::parse(&std::fs::read_to_string(&path).unwrap());
            let capture = capture.unwrap_or_else(|error| panic!("{name}: {error}"));
            captures.insert(name, capture);
        }
    }
    captures
}

/// The names of the commands in a line: `+CSQ`, `E0`.
fn commands(line: &str) -> impl Iterator<Item = String> {
    let line = line.trim().to_ascii_uppercase();
    let text = line.strip_prefix("AT").unwrap_or_default().to_owned();
    let names: Vec<_> = text
        .split(';')
        .map(|part| part.split(['=', '?']).next().unwrap_or_default().to_owned())
        .collect();
    names.into_iter()
}

impl Setups {
    fn in_scope(&self, line: &str) -> bool {
        !commands(line).any(|command| {
            self.out_of_scope.iter().any(|name| match name.strip_suffix('*') {
                Some(start) => command.starts_with(start),
                None => command == *name,
            })
        })
    }
}

/// One modem that lives through the exchanges of a file.
struct Bench<'a> {
    setup: &'a FileSetup,
    rig: Rig,
    /// What has come and belongs to no exchange yet.
    came: String,
}

impl<'a> Bench<'a> {
    fn new(setup: &'a FileSetup) -> Bench<'a> {
        Bench { setup, rig: rig(setup, &BTreeMap::new()), came: String::new() }
    }

    fn bring_about(&mut self, steps: &Steps) {
        if let Some(knobs) = &steps.fresh {
            self.rig = rig(self.setup, knobs);
            self.came.clear();
        }
        let network = self.rig.modem.network_mut();
        if let Some(sim) = &steps.sim {
            network.sim = match sim.as_str() {
                "ready" => Sim::Ready,
                "absent" => Sim::Absent,
                "locked" => Sim::PinRequired,
                "lost" => Sim::Lost,
                other => panic!("no card is `{other}`"),
            };
        }
        if let Some(word) = &steps.registration {
            network.registration = registration(word);
        }
        if let Some(word) = &steps.circuit_switched {
            network.circuit_switched = Some(registration(word));
        }
        if let Some(name) = &steps.operator {
            network.operator.clone_from(name);
        }
        network.access = steps.access.unwrap_or(network.access);
        network.rssi = steps.rssi.unwrap_or(network.rssi);
        for (path, &size) in &steps.server {
            self.rig.server.put(path, counter(size));
        }
        if let Some(time) = &steps.modified {
            self.rig.server.modified.clone_from(time);
        }
        for (name, &size) in &steps.stores {
            let name = FileName::parse(name).unwrap();
            let stores = self.rig.modem.stores();
            let writer = stores.create(&name, Existing::Replace).unwrap();
            stores.append(&writer, vec![0; size].into()).unwrap();
            stores.finish(writer);
        }
        self.rig.play(&steps.before);
        self.rig.server.silence(steps.stalled.is_some());
        if let Some(command) = &steps.stalled {
            self.rig.ask(command);
            let id = self.rig.server.last_id();
            self.rig.event(LinkEvent::Ready(id));
            self.rig.event(LinkEvent::Data(id, "data".into()));
            self.rig.play("< CONNECT\n<< 4");
            self.rig.pass(Duration::from_secs(1));
        }
        match steps.failure.as_deref() {
            None => {}
            Some("refused") => self.rig.server.fail_next(LinkError::Refused, false),
            Some("data not opened") => self.rig.server.fail_next(LinkError::DataNotOpened, true),
            Some(other) => panic!("no failure is `{other}`"),
        }
    }

    /// Plays an exchange; whether the module says what the record says. What more it says is left
    /// for the exchange that follows if that one has nothing to send.
    fn play(&mut self, exchange: &Exchange, steps: &Steps, sent: &str, goes_on: bool) -> bool {
        if exchange.send.is_some() {
            self.rig.received();
            self.came.clear();
            self.rig.send(sent);
        }
        if let Some(data) = &steps.data {
            self.rig.send(data.bytes());
        }
        let wait = steps.wait.as_deref().unwrap_or("1s");
        self.rig.pass(parse_duration(wait).unwrap());
        self.came += &self.rig.text();
        let rest = exchange.strip(sent, &self.came).map(str::to_owned);
        let complete = |rest: &String| rest.is_empty() || goes_on || exchange.partial;
        let Some(rest) = rest.filter(complete) else { return false };
        self.came = rest;
        true
    }
}

fn registration(word: &str) -> Registration {
    match word {
        "not registered" => Registration::NotRegistered,
        "home" => Registration::Home,
        "searching" => Registration::Searching,
        "denied" => Registration::Denied,
        "unknown" => Registration::Unknown,
        other => panic!("no registration is `{other}`"),
    }
}

fn rig(setup: &FileSetup, more: &BTreeMap<String, String>) -> Rig {
    let model = match setup.model.as_str() {
        "" => MODELS[0],
        name => Model::find(name).unwrap_or_else(|| panic!("no model is `{name}`")),
    };
    let mut modem = Setup::of(model);
    for (knob, value) in setup.knobs.iter().chain(more) {
        modem.knobs.set(knob, value).unwrap();
    }
    Rig::new(modem)
}

/// `text` with the values of the names in braces.
fn fill(text: &str, exchange: &Exchange, setups: &Setups, steps: &Steps) -> String {
    exchange.volatile.iter().fold(text.to_owned(), |text, name| {
        let value = steps.values.get(name).or(setups.values.get(name));
        value.map_or(text.clone(), |value| text.replace(&format!("{{{name}}}"), value))
    })
}

#[derive(Clone, Copy, Default)]
struct Counts {
    reproduced: usize,
    listed: usize,
    skipped: usize,
}

/// What the test has found out.
#[derive(Default)]
struct Findings {
    /// By family and module.
    counts: BTreeMap<(bool, String), Counts>,
    /// One for each thing that is not as it should be.
    wrong: Vec<String>,
}

impl Findings {
    /// Plays one file; takes its entries out of `listed` and what it needs out of `unused`.
    fn play_file(
        &mut self,
        file: &str,
        capture: &Capture,
        setups: &Setups,
        listed: &mut BTreeMap<usize, NotReproduced>,
        unused: &mut BTreeSet<&str>,
    ) {
        let (nothing, no_steps) = (FileSetup::default(), Steps::default());
        let setup = setups.files.get(file).unwrap_or(&nothing);
        let mut steps_left: BTreeSet<_> = setup.exchanges.keys().copied().collect();
        let mut bench = Bench::new(setup);
        let mut counts = Counts::default();
        let mut in_scope = true;
        for (number, exchange) in (1..).zip(&capture.exchanges) {
            // What comes without being asked for belongs to what was asked before.
            in_scope = exchange.send.as_deref().map_or(in_scope, |line| setups.in_scope(line));
            if !in_scope {
                counts.skipped += 1;
                continue;
            }
            let words = exchange.setup.as_deref().unwrap_or_default();
            unused.remove(words);
            let given = setup.exchanges.get(&number);
            if !words.is_empty() && given.is_none() && !setups.in_place.contains(words) {
                self.wrong.push(format!("{file} {number}: nothing brings about `{words}`"));
            }
            steps_left.remove(&number);
            let steps = given.unwrap_or(&no_steps);
            if catch_unwind(AssertUnwindSafe(|| bench.bring_about(steps))).is_err() {
                self.wrong.push(format!("{file} {number}: `{words}` was not brought about"));
            }
            let sent = fill(exchange.send.as_deref().unwrap_or_default(), exchange, setups, steps);
            let next = capture.exchanges.get(number);
            let goes_on = next.is_some_and(|next| next.send.is_none());
            let same = bench.play(exchange, steps, &sent, goes_on);
            match (listed.remove(&number), same) {
                (Some(entry), _) if entry.send != exchange.send => {
                    self.wrong.push(format!("{file} {number}: the list names another command"));
                }
                (Some(_), true) => {
                    self.wrong.push(format!("{file} {number}: listed, and reproduced after all"));
                }
                (Some(_), false) => counts.listed += 1,
                (None, true) => counts.reproduced += 1,
                (None, false) => self.wrong.push(format!(
                    "{file} {number}: {sent:?}\n    recorded {:?}\n    came     {:?}",
                    exchange.receive, bench.came
                )),
            }
        }
        for number in steps_left {
            self.wrong.push(format!("{file} {number}: steps for what is never played"));
        }
        for number in listed.keys() {
            self.wrong.push(format!("{file} {number}: listed, and never played"));
        }
        let module = (capture.family == Family::Sibling, capture.module.clone());
        let sum = self.counts.entry(module).or_default();
        sum.reproduced += counts.reproduced;
        sum.listed += counts.listed;
        sum.skipped += counts.skipped;
    }

    fn print_counts(&self) {
        println!("reproduced  listed  skipped  module");
        let mut sum = Counts::default();
        for ((sibling, module), &Counts { reproduced, listed, skipped }) in &self.counts {
            let family = if *sibling { " (sibling)" } else { "" };
            println!("{reproduced:>10}  {listed:>6}  {skipped:>7}  {module}{family}");
            sum.reproduced += reproduced;
            sum.listed += listed;
            sum.skipped += skipped;
        }
        println!("{:>10}  {:>6}  {:>7}  all", sum.reproduced, sum.listed, sum.skipped);
    }
}

/// Each exchange is reproduced, or listed with a reason, or out of scope.
#[test]
fn captures_are_reproduced_or_listed_with_a_reason() {
    let setups: Setups = read("setups.yaml");
    let mut listed: Listed = read("not-reproduced.yaml");
    let captures = captures();
    let mut unused: BTreeSet<_> = setups.in_place.iter().map(String::as_str).collect();
    let mut findings = Findings::default();
    for (file, capture) in &captures {
        let mut listed = listed.remove(file).unwrap_or_default();
        findings.play_file(file, capture, &setups, &mut listed, &mut unused);
    }
    for file in listed.keys().chain(setups.files.keys().filter(|&f| !captures.contains_key(f))) {
        findings.wrong.push(format!("{file}: there is no such capture"));
    }
    for words in unused {
        findings.wrong.push(format!("setups.yaml: no capture has the setup `{words}`"));
    }
    findings.print_counts();
    assert!(findings.wrong.is_empty(), "\n{}", findings.wrong.join("\n"));
}

/// A setting that names a capture as its source names one that is here.
#[test]
fn the_captures_that_knobs_and_models_name_are_there() {
    let captures = captures();
    let of_models = MODELS.iter().flat_map(|model| {
        let settings = model.settings.iter().map(|setting| setting.source);
        settings.chain(model.test_answers.iter().map(|answer| answer.source))
    });
    for source in KNOBS.iter().map(|knob| knob.source).chain(of_models) {
        if let Source::Capture(file) = source {
            assert!(captures.contains_key(file), "{file}");
        }
    }
}

#[test]
fn every_reason_says_something() {
    let listed: Listed = read("not-reproduced.yaml");
    for (file, entries) in &listed {
        for (number, entry) in entries {
            assert!(entry.reason.len() > 20, "{file} {number}");
        }
    }
}
