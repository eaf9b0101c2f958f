//! What the system lets a process have.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// A modem whose host transfers a file takes up to nine file descriptors, so a thousand of them
/// need more than the usual limit. As many may be open from now on as the system allows at all.
pub(super) fn raise_open_files() {
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && soft < hard
    {
        // If it can't be raised, the old limit holds: hosts that come then wait.
        let _ = setrlimit(Resource::RLIMIT_NOFILE, hard, hard);
    }
}
