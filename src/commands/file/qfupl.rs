//! `AT+QFUPL`: take a file from the host.

use std::time::Duration;

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::file_data::FileInput;
use crate::store::{Existing, FileError, FileName};

use super::FILE_NAME;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFUPL", Group::File, "Take a file from the host", "FILE manual; captures")
        .test(TestForm::Nested)
        .write(
            &[
                Param::file("<filename>", FILE_NAME),
                Param::number("<file_size>", &[(1, i64::MAX)])
                    .optional("10240")
                    .shown_as("(1-<freesize>)"),
                Param::number("<timeout>", &[(1, 65535)]).optional("5"),
                Param::number("<ackmode>", &[(0, 0), (1, 1)]).optional("0"),
            ],
            |modem, values| {
                let name = FileName::parse(values.text(0))?;
                let size = values.get(1).unwrap_or(10240);
                let timeout = Duration::from_secs(values.get(2).unwrap_or(5));
                let ack = values.number(3) == Some(1);
                if modem.stores.size(&name).is_ok() {
                    return Err(FileError::AlreadyExists.into());
                }
                if size > modem.stores.disk(name.medium())?.free {
                    return Err(FileError::NoSpace.into());
                }
                let writer = modem.stores.create(&name, Existing::Refuse)?;
                modem.receive_file(FileInput::upload(writer, size, timeout, ack))
            },
        )
        .reject_with(400);
