//! The clock of the computer jumps while a simulator runs: it is another one for that process alone,
//! by libfaketime (Debian's package of that name).

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::common::{Host, Simulator, command, noise};

const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

/// A clock that shows another time than that of the computer.
struct OtherClock {
    library: PathBuf,
    folder: tempfile::TempDir,
}

impl OtherClock {
    /// `None` where there is no libfaketime.
    fn new() -> Option<OtherClock> {
        let given = std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default();
        let system = std::fs::read_dir("/usr/lib").into_iter().flatten().flatten();
        let folders = std::env::split_paths(&given).chain(system.map(|entry| entry.path()));
        let library = folders.map(|folder| folder.join(LIBRARY)).find(|path| path.exists())?;
        Some(OtherClock { library, folder: tempfile::tempdir().expect("a folder") })
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("time")
    }

    /// From now on it is so much later (`+1h`) or earlier (`-20y`) than it really is.
    fn set(&self, difference: &str) {
        let new = self.folder.path().join("new");
        std::fs::write(&new, difference).expect("written");
        std::fs::rename(new, self.file()).expect("in one step");
    }

    /// A simulator that has this clock.
    fn start(&self, args: &[&str]) -> Simulator {
        let folder = tempfile::tempdir().expect("a folder");
        let mut command = command(folder.path());
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", self.file())
            // Each look at the clock is one into the file; what counts seconds is left alone, as it
            // is when somebody sets a clock.
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        Simulator::start_as(command, folder, args)
    }
}

/// The year in which the server says that `file` was changed.
fn year_of(host: &mut Host, file: &str) -> u64 {
    let said = host.ask(&format!("AT+QFTPMDTM=\"{file}\"")).expect("OK");
    let time = said.strip_prefix("0,").unwrap_or_else(|| panic!("{said}")).trim_matches('"');
    time[..4].parse().expect("a year")
}

/// The seconds of wall time at each entry.
fn wall_times(transcript: &Path) -> Vec<f64> {
    let text = std::fs::read_to_string(transcript).expect("a transcript");
    let entries = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    entries.map(|entry| entry["wall"].as_f64().expect("a number")).collect()
}

#[test]
fn a_clock_that_jumps_changes_the_times_of_files_and_nothing_else() {
    let Some(clock) = OtherClock::new() else {
        assert!(std::env::var_os("QFTPSIM_REQUIRE_SERVERS").is_none(), "no libfaketime");
        eprintln!("skipped: no libfaketime");
        return;
    };
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).expect("later than that");
    let year = 1970 + since_1970.as_secs() / 31_556_952;
    clock.set("+0");
    let transcript = clock.folder.path().join("t.jsonl");
    // A timeout of 5 s is one of 50 ms.
    let args = ["--time-scale", "100", "--transcript", transcript.to_str().expect("text")];
    let simulator = clock.start(&args);
    let mut host = simulator.open();
    host.log_in();
    host.command("AT+QFTPCFG=\"ssltype\",2", &["OK"]);
    host.command("AT+CCLK=\"26/06/01,00:00:00+00\"", &["OK"]);
    let content = noise(100_000);
    for (jump, file_year) in
        [("+1h", year), ("-20y", year - 20), ("+30y", year + 30), ("-2h", year)]
    {
        host.command("AT+QFTPPUT=\"f\",\"COM:\",0,100000,1", &["CONNECT"]);
        host.write(&content[..50_000]);
        clock.set(jump);
        host.write(&content[50_000..]);
        host.expect(&["OK", "+QFTPPUT: 0,100000"]);
        // What shows that it did jump.
        let found = year_of(&mut host, "f");
        assert!(found.abs_diff(file_year) <= 1, "{jump}: {found}");
        host.command("AT+QFTPGET=\"f\",\"COM:\"", &["CONNECT"]);
        assert!(host.data(100_000) == content);
        host.expect(&["OK", "+QFTPGET: 0,100000"]);
        // A timeout is neither over at once nor put off.
        host.command("AT+QFUPL=\"RAM:f\",10,5", &["CONNECT"]);
        clock.set("-10y");
        host.expect(&["+QFUPL: 0,0", "+CME ERROR: 421"]);
        host.command("AT+QFDEL=\"RAM:f\"", &["OK"]);
        // A new session, by TLS.
        host.command("AT+QFTPCLOSE", &["OK", "+QFTPCLOSE: 0,0"]);
        host.command("AT+QFTPOPEN=\"ftp.example.com\",21", &["OK", "+QFTPOPEN: 0,0"]);
    }
    // The module has a clock of its own: a hundred times as fast.
    host.send("AT+CCLK?");
    let shown = host.line();
    assert!(shown.starts_with("+CCLK: \"26/06/01,"), "{shown}");
    host.expect(&["OK"]);
    assert_eq!(simulator.signal(Signal::SIGTERM).code(), Some(0));
    let wall = wall_times(&transcript);
    assert!(wall.iter().all(|time| (0.0..600.0).contains(time)), "{wall:?}");
}
