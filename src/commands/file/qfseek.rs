//! `AT+QFSEEK`: move the position in an open file.

use std::io::SeekFrom;

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, TestForm};
use crate::store::FileError;

use super::handle::{HANDLE, handle};

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFSEEK", Group::File, "Move the position in an open file", "FILE manual")
        .test(TestForm::Nested)
        .write(
            &[
                HANDLE,
                Param::number("<offset>", &[(-i64::MAX, i64::MAX)]).by_name(),
                Param::number("<position>", &[(0, 2)]).optional("0").by_name(),
            ],
            |modem, values| {
                let offset = values.number(1).unwrap_or(0);
                let to = match values.number(2) {
                    Some(1) => SeekFrom::Current(offset),
                    // Counted backwards, with or without a sign (our choice).
                    Some(2) => SeekFrom::End(-offset.abs()),
                    _ => {
                        SeekFrom::Start(u64::try_from(offset).map_err(|_| FileError::InvalidInput)?)
                    }
                };
                modem.stores.seek(handle(values), to)?;
                Ok(Flow::Done)
            },
        )
        .reject_with(400);
