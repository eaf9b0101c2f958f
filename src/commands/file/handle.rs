//! What the commands on open files share.

use crate::at::param::{Param, Values};
use crate::store::Handle;

/// `<filehandle>`, the first parameter of all of them.
pub(super) const HANDLE: Param = Param::number("<filehandle>", &[(0, u32::MAX as i64)]).by_name();

/// The handle that the host named.
pub(super) fn handle(values: &Values<'_>) -> Handle {
    // In range by its declaration; the greatest number is nobody's handle.
    Handle(values.get(0).unwrap_or(u32::MAX))
}
