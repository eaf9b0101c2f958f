//! The control API of `qftpsim run`.

#[path = "../common/mod.rs"]
mod common;
mod described;
mod happens;
mod http;
mod journal;
mod limits;

use common::Simulator;
use http::Api;

/// A simulator that is steered.
fn start(args: &[&str]) -> (Simulator, Api) {
    let simulator = Simulator::start(&[&["--control", "127.0.0.1:0"], args].concat());
    let api = Api::of(&simulator);
    (simulator, api)
}
