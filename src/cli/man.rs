//! `qftpsim man`: the manual pages, from the declaration of the command line.

use std::io;
use std::process::ExitCode;

use clap::CommandFactory;
use clap_mangen::Man;

use super::USAGE;
use super::args::Cli;

pub(super) fn print(command: Option<&str>) -> ExitCode {
    match page(command) {
        Some(Ok(page)) => super::print(&page),
        Some(Err(error)) => {
            super::say(format_args!("qftpsim: {error}"));
            ExitCode::FAILURE
        }
        None => {
            let command = command.unwrap_or_default();
            let cli = Cli::command();
            let known: Vec<_> = cli.get_subcommands().map(clap::Command::get_name).collect();
            let known = known.join(", ");
            super::say(format_args!("qftpsim: no command `{command}`: expected one of {known}"));
            ExitCode::from(USAGE)
        }
    }
}

/// The page of the program, or of a command if there is one of this name.
fn page(command: Option<&str>) -> Option<io::Result<String>> {
    let mut cli = Cli::command();
    // Names like `qftpsim-replay` are made only now.
    cli.build();
    let described = match command {
        Some(name) => cli.find_subcommand(name)?.clone(),
        None => cli,
    };
    let mut page = Vec::new();
    let rendered = Man::new(described).render(&mut page);
    Some(rendered.map(|()| String::from_utf8_lossy(&page).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_every_command_and_every_option() {
        let page = page(None).expect("it has one").expect("rendered");
        assert!(page.contains(".TH qftpsim 1"), "{page}");
        let cli = Cli::command();
        for command in cli.get_subcommands() {
            assert!(page.contains(&format!("qftpsim\\-{}(1)", command.get_name())), "{page}");
        }
        for option in cli.get_arguments().filter_map(clap::Arg::get_long) {
            let option = format!("\\-\\-{}", option.replace('-', "\\-"));
            assert!(page.contains(&option), "no {option}");
        }
    }

    #[test]
    fn a_command_has_a_page_of_its_own_and_what_is_none_has_not() {
        let replay = page(Some("replay")).expect("a command").expect("rendered");
        assert!(replay.contains(".TH qftpsim-replay 1"), "{replay}");
        assert!(replay.contains("\\-\\-against"), "{replay}");
        assert!(page(Some("replai")).is_none());
    }
}
