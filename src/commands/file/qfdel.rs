//! `AT+QFDEL`: delete files.

use crate::at::error::CmeError;
use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Flow, Group, Refusal, TestForm};
use crate::store::{FileError, Pattern};

use super::FILE_NAME;

pub(super) static COMMAND: CommandSpec =
    CommandSpec::new("+QFDEL", Group::File, "Delete files", "FILE manual; captures")
        .test(TestForm::Flat)
        .write(&[Param::file("<filename>", FILE_NAME)], |modem, values| {
            match modem.stores.delete(&Pattern::parse(values.text(0))?) {
                Ok(_) => Ok(Flow::Done),
                Err(FileError::NotFound) => Err(Refusal::Cme(CmeError(modem.knobs.qfdel_missing))),
                Err(error) => Err(error.into()),
            }
        })
        .reject_with(400);
