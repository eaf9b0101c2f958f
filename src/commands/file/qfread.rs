//! `AT+QFREAD`: read from an open file.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group, TestForm};
use crate::modem::file_data::FileOutput;
use crate::store::FileError;

use super::handle::{HANDLE, handle};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFREAD", Group::File, "Read from an open file", "FILE manual")
        .test(TestForm::Nested)
        .write(
            &[HANDLE, Param::number("<length>", &[(1, i64::MAX)]).optional("to the end").by_name()],
            |modem, values| {
                let handle = handle(values);
                let left = modem.stores.remaining(handle)?;
                let length = values.get(1).unwrap_or(left).min(left);
                if length == 0 {
                    return Err(FileError::ReadZeroBytes.into());
                }
                modem.send_file(FileOutput::read(handle, length), Some(length))
            },
        )
        .reject_with(400);
