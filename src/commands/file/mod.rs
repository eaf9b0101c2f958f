//! Files in RAM, UFS and SD.

mod handle;
mod qfclose;
mod qfdel;
mod qfdwl;
mod qflds;
mod qflst;
mod qfopen;
mod qfposition;
mod qfread;
mod qfseek;
mod qfupl;
mod qfwrite;

use crate::modem::command::CommandSpec;

/// A longer text can't be a file name; what is wrong with a shorter one the store says.
const FILE_NAME: usize = 255;

pub(super) static COMMANDS: &[&CommandSpec] = &[
    &qflds::COMMAND,
    &qflst::COMMAND,
    &qfupl::COMMAND,
    &qfdwl::COMMAND,
    &qfdel::COMMAND,
    &qfopen::COMMAND,
    &qfread::COMMAND,
    &qfwrite::COMMAND,
    &qfseek::COMMAND,
    &qfposition::COMMAND,
    &qfclose::COMMAND,
];
