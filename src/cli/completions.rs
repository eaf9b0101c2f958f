//! `qftpsim completions`: what a shell needs to complete the command line, from its declaration.

use std::process::ExitCode;

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::Cli;

pub(super) fn print(shell: Shell) -> ExitCode {
    super::print(&script(shell))
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "qftpsim", &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn every_shell_learns_every_command_and_every_option_of_run() {
        let cli = Cli::command();
        let commands = cli.get_subcommands().map(clap::Command::get_name);
        let options = cli.get_arguments().filter_map(clap::Arg::get_long);
        let words: Vec<_> = commands.chain(options).collect();
        for &shell in Shell::value_variants() {
            let script = script(shell);
            for word in &words {
                assert!(script.contains(word), "{shell}: no {word}");
            }
        }
    }
}
