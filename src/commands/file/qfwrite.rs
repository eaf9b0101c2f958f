//! `AT+QFWRITE`: write to an open file.

use std::time::Duration;

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::file_data::FileInput;
use crate::store::{FileError, OpenMode};

use super::handle::{HANDLE, handle};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFWRITE", Group::File, "Write to an open file", "FILE manual")
        .test(TestForm::Nested)
        .write(
            &[
                HANDLE,
                Param::number("<length>", &[(1, i64::MAX)]).optional("10240").by_name(),
                Param::number("<timeout>", &[(1, 65535)]).optional("5").by_name(),
            ],
            |modem, values| {
                let handle = handle(values);
                let (_, _, mode) = modem
                    .stores
                    .open_files()
                    .find(|&(open, ..)| open == handle)
                    .ok_or(FileError::InvalidHandle)?;
                if mode == OpenMode::ReadOnly {
                    return Err(FileError::ReadOnly.into());
                }
                let length = values.get(1).unwrap_or(10240);
                let timeout = Duration::from_secs(values.get(2).unwrap_or(5));
                modem.receive_file(FileInput::write(handle, length, timeout))
            },
        )
        .reject_with(400);
