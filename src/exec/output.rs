//! The output of several programs at once, so that it stays readable: line by line, each with the
//! name of its run before it.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::process::Stdio;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::unix::pipe;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// A line that is longer, in bytes, is cut into several.
const LONGEST_LINE: usize = 16 * 1024;

/// Standard output and errors of a program, passed on to ours.
#[derive(Debug)]
pub(super) struct Prefixed {
    over: CancellationToken,
    copies: [JoinHandle<io::Result<()>>; 2],
}

impl Prefixed {
    /// The ends for the program come back.
    pub(super) fn start(prefix: &str) -> io::Result<(Prefixed, Stdio, Stdio)> {
        let over = CancellationToken::new();
        let (stdout, stdout_writer) = io::pipe()?;
        let (stderr, stderr_writer) = io::pipe()?;
        let stdout = Copy::of(stdout.into(), prefix)?.run(tokio::io::stdout(), over.clone());
        let stderr = Copy::of(stderr.into(), prefix)?.run(tokio::io::stderr(), over.clone());
        let copies = [tokio::spawn(stdout), tokio::spawn(stderr)];
        Ok((Prefixed { over, copies }, stdout_writer.into(), stderr_writer.into()))
    }

    /// The program is over: what it has written is passed on, and no more. Somebody else may still
    /// hold its end, and is not waited for.
    pub(super) async fn finish(self) -> io::Result<()> {
        self.over.cancel();
        let [stdout, stderr] = self.copies;
        let passed_on = async |copy: JoinHandle<io::Result<()>>| {
            match copy.await.map_err(io::Error::other)? {
                // Whoever read our output has gone; the program is not to blame.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                passed_on => passed_on,
            }
        };
        let (stdout, stderr) = (passed_on(stdout).await, passed_on(stderr).await);
        stdout.and(stderr)
    }
}

/// One of the two.
struct Copy {
    from: pipe::Receiver,
    prefix: Vec<u8>,
    /// Read and not yet a whole line.
    buffer: BytesMut,
}

impl Copy {
    fn of(from: OwnedFd, prefix: &str) -> io::Result<Copy> {
        let from = pipe::Receiver::from_owned_fd(from)?;
        let prefix = format!("{prefix} | ").into_bytes();
        Ok(Copy { from, prefix, buffer: BytesMut::new() })
    }

    async fn run(mut self, to: impl AsyncWrite + Unpin, over: CancellationToken) -> io::Result<()> {
        let mut to = Outlet { to, failed: Ok(()) };
        loop {
            tokio::select! {
                count = self.from.read_buf(&mut self.buffer) => {
                    if count? == 0 {
                        to.pass_on(&mut self.buffer, &self.prefix, true).await;
                        return to.failed;
                    }
                    to.pass_on(&mut self.buffer, &self.prefix, false).await;
                }
                () = over.cancelled() => break,
            }
        }
        // What is in the pipe is there now, whether the runtime has noticed it or not.
        let mut rest = File::from(self.from.into_nonblocking_fd()?);
        let mut chunk = [0; LONGEST_LINE];
        while let Ok(count @ 1..) = rest.read(&mut chunk) {
            self.buffer.extend_from_slice(&chunk[..count]);
            to.pass_on(&mut self.buffer, &self.prefix, false).await;
        }
        to.pass_on(&mut self.buffer, &self.prefix, true).await;
        to.failed
    }
}

/// Where it goes. When no more goes there it still takes everything, so that the program goes on.
struct Outlet<W> {
    to: W,
    failed: io::Result<()>,
}

impl<W: AsyncWrite + Unpin> Outlet<W> {
    /// Writes the whole lines that are in `buffer`, and at the `end` what is left of one.
    async fn pass_on(&mut self, buffer: &mut BytesMut, prefix: &[u8], end: bool) {
        let lines = lines(buffer, prefix, end);
        if self.failed.is_ok() {
            self.failed = self.write(&lines).await;
        }
    }

    async fn write(&mut self, lines: &[u8]) -> io::Result<()> {
        // In one write, so that lines of others don't get in between.
        self.to.write_all(lines).await?;
        self.to.flush().await
    }
}

/// Takes the whole lines out of `buffer`, and at the `end` what is left of one.
fn lines(buffer: &mut BytesMut, prefix: &[u8], end: bool) -> Vec<u8> {
    let mut lines = Vec::new();
    while !buffer.is_empty() {
        let line_end = buffer.iter().position(|&byte| byte == b'\n').map(|at| at + 1);
        let len = match line_end {
            Some(len) => len.min(LONGEST_LINE),
            None if end || buffer.len() >= LONGEST_LINE => buffer.len().min(LONGEST_LINE),
            None => break,
        };
        lines.extend_from_slice(prefix);
        lines.extend_from_slice(&buffer.split_to(len));
        if !lines.ends_with(b"\n") {
            lines.push(b'\n');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn passed_on(pieces: &[&[u8]], end: bool) -> Vec<u8> {
        let (mut buffer, mut passed) = (BytesMut::new(), Vec::new());
        for piece in pieces {
            buffer.extend_from_slice(piece);
            passed.extend(lines(&mut buffer, b"a | ", false));
        }
        passed.extend(lines(&mut buffer, b"a | ", end));
        passed
    }

    #[test]
    fn whole_lines_get_the_prefix_and_the_last_one_its_end() {
        assert_eq!(passed_on(&[b"one\ntw", b"o\n\nthr"], false), b"a | one\na | two\na | \n");
        assert_eq!(passed_on(&[b"one\nt", b"wo"], true), b"a | one\na | two\n");
    }

    #[test]
    fn a_line_without_an_end_is_not_kept_for_ever() {
        let passed = passed_on(&[&[b'x'; LONGEST_LINE + 10]], false);
        assert_eq!(passed.len(), LONGEST_LINE + b"a | \n".len());
    }

    #[tokio::test]
    async fn what_is_in_the_pipe_at_the_end_comes_although_somebody_holds_it_open() {
        let (reader, mut writer) = io::pipe().unwrap();
        let copy = Copy::of(reader.into(), "a").unwrap();
        writer.write_all(b"last words\nand no end").unwrap();
        let over = CancellationToken::new();
        over.cancel();
        let mut to = io::Cursor::new(Vec::new());
        copy.run(&mut to, over).await.unwrap();
        assert_eq!(to.into_inner(), b"a | last words\na | and no end\n");
        drop(writer);
    }
}
