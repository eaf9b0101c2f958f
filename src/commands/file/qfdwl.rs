//! `AT+QFDWL`: send a file to the host.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::file_data::FileOutput;
use crate::store::FileName;

use super::FILE_NAME;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFDWL", Group::File, "Send a file to the host", "FILE manual")
        .test(TestForm::Flat)
        .write(&[Param::file("<filename>", FILE_NAME)], |modem, values| {
            let reader = modem.stores.open_reader(&FileName::parse(values.text(0))?)?;
            modem.send_file(FileOutput::download(reader), None)
        })
        .reject_with(400);
