//! `AT+QFOPEN`: open a file.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::store::{FileName, OpenMode};

use super::FILE_NAME;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFOPEN", Group::File, "Open a file, or list the open ones", "FILE manual")
        .test(TestForm::Nested)
        .read(|modem, _| {
            let open: Vec<_> = modem
                .stores
                .open_files()
                .map(|(handle, name, mode)| (name.clone(), handle, mode.number()))
                .collect();
            for (name, handle, mode) in open {
                modem.info(format_args!("+QFOPEN: \"{name}\",{handle},{mode}"));
            }
            Ok(Flow::Done)
        })
        .write(
            &[
                Param::file("<filename>", FILE_NAME),
                Param::number("<mode>", &[(0, 2)]).optional("0"),
            ],
            |modem, values| {
                let mode = OpenMode::try_from(values.get(1).unwrap_or(0u8))?;
                let handle = modem.stores.open(&FileName::parse(values.text(0))?, mode)?;
                modem.info(format_args!("+QFOPEN: {handle}"));
                Ok(Flow::Done)
            },
        )
        .reject_with(400);
