//! Files in RAM, UFS and SD.

mod handle;
mod qfclose;
mod qfdel;
mod qfdwl;
mod qfflush;
mod qflds;
mod qflst;
mod qfmov;
mod qfopen;
mod qfposition;
mod qfread;
mod qfseek;
mod qftucat;
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
    &qfmov::COMMAND,
    &qfopen::COMMAND,
    &qfread::COMMAND,
    &qfwrite::COMMAND,
    &qfseek::COMMAND,
    &qfposition::COMMAND,
    &qftucat::COMMAND,
    &qfflush::COMMAND,
    &qfclose::COMMAND,
];
