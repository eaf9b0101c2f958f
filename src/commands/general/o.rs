//! `ATO`: back to data mode.

use crate::at::param::Param;
use crate::modem::command::{CommandSpec, Group};

pub(super) static COMMAND: CommandSpec = CommandSpec::new(
    "O",
    Group::General,
    "Back to the data mode that +++ left",
    "V.250 §6.3.7; FTP note §1.4",
)
.write(&[Param::number("<value>", &[(0, 0)])], |modem, _| modem.resume_data_mode())
.execute(|modem, _| modem.resume_data_mode());
