//! The `qftpsim` command.

fn main() -> std::process::ExitCode {
    qftpsim::cli::main()
}
