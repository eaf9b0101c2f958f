//! `qftpsim models`: the knobs, and where the models differ.

use std::process::ExitCode;

use crate::modem::models::table::Table;

use super::args::TableFormat;

pub(super) fn print(format: TableFormat) -> ExitCode {
    let table = Table::new();
    super::print(&match format {
        TableFormat::Markdown => table.markdown(),
        // Plain data: it can always be written as JSON.
        TableFormat::Json => serde_json::to_string_pretty(&table).unwrap_or_default() + "\n",
    })
}
