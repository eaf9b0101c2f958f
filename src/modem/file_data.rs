//! Data mode of the FILE commands: QFUPL and QFWRITE take the host's bytes into a file, QFDWL and
//! QFREAD send a file's bytes to the host.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::store::{Checksum, FileError, Handle, Reader, Writer};

use super::Modem;
use super::command::{Flow, Handled};
use super::interface::{DataMode, Interface};
use super::record::Record;
use super::timer::Timer;

/// In ACK mode one `A` is due for each of these.
const ACK_BLOCK: u64 = 1024;

/// How long padding that fills the last block may take (our choice; see `qfupl_ack_tail`).
const PADDING_PATIENCE: Duration = Duration::from_millis(100);

/// Bytes read from a file at once.
const CHUNK: usize = 32 * 1024;

/// Bytes of the host go into a file.
#[derive(Debug)]
pub(crate) struct FileInput {
    target: Target,
    expected: u64,
    received: u64,
    timeout: Duration,
    ack: bool,
    checksum: Checksum,
    /// Bytes after the last one, kept until it is clear whether they fill a block.
    pub(super) padding: BytesMut,
}

#[derive(Debug)]
enum Target {
    /// QFUPL.
    Upload(Writer),
    /// QFWRITE.
    Handle(Handle),
}

impl FileInput {
    /// `AT+QFUPL`: `size` bytes, at most `timeout` between two of them.
    pub(crate) fn upload(writer: Writer, size: u64, timeout: Duration, ack: bool) -> FileInput {
        FileInput::new(Target::Upload(writer), size, timeout, ack)
    }

    /// `AT+QFWRITE`.
    pub(crate) fn write(handle: Handle, size: u64, timeout: Duration) -> FileInput {
        FileInput::new(Target::Handle(handle), size, timeout, false)
    }

    fn new(target: Target, expected: u64, timeout: Duration, ack: bool) -> FileInput {
        FileInput {
            target,
            expected,
            received: 0,
            timeout,
            ack,
            checksum: Checksum::new(),
            padding: BytesMut::new(),
        }
    }

    /// How many bytes of the file are missing.
    fn missing(&self) -> usize {
        usize::try_from(self.expected - self.received).unwrap_or(usize::MAX)
    }

    /// How many bytes are missing to a full last block.
    fn padding_due(&self) -> usize {
        let over = self.received % ACK_BLOCK;
        if over == 0 { 0 } else { (ACK_BLOCK - over) as usize }
    }
}

/// Bytes of a file go to the host.
#[derive(Debug)]
pub(crate) struct FileOutput {
    origin: Origin,
    left: u64,
}

#[derive(Debug)]
enum Origin {
    /// QFDWL.
    Download { reader: Reader, offset: u64, checksum: Checksum },
    /// QFREAD.
    Handle(Handle),
}

impl FileOutput {
    /// `AT+QFDWL`: the whole file.
    pub(crate) fn download(reader: Reader) -> FileOutput {
        let left = reader.size();
        FileOutput {
            origin: Origin::Download { reader, offset: 0, checksum: Checksum::new() },
            left,
        }
    }

    /// `AT+QFREAD`: `length` bytes, which must be there.
    pub(crate) fn read(handle: Handle, length: u64) -> FileOutput {
        FileOutput { origin: Origin::Handle(handle), left: length }
    }
}

impl Modem {
    /// `CONNECT`, then the host's bytes are the file's.
    pub(crate) fn receive_file(&mut self, input: FileInput) -> Handled {
        self.set_timer(Timer::FileInput, input.timeout);
        self.connect(DataMode::FileInput(input))
    }

    /// `CONNECT`, with the `announced` length if there is one, then the file's bytes.
    pub(crate) fn send_file(&mut self, output: FileOutput, announced: Option<u64>) -> Handled {
        let mode = DataMode::FileOutput(output);
        match announced {
            Some(length) => {
                self.info(format_args!("CONNECT {length}"));
                self.flush();
                self.enter_data_mode(mode);
                Ok(Flow::Wait)
            }
            None => self.connect(mode),
        }
    }

    /// Bytes of the host for a file; gives back what comes after its end.
    pub(super) fn file_input(&mut self, mut bytes: Bytes) -> Option<Bytes> {
        let Interface::Data(DataMode::FileInput(input), _) = &self.interface else {
            return Some(bytes);
        };
        let data = bytes.split_to(bytes.len().min(input.missing()));
        self.note(|| Record::Data(data.clone()));
        let Interface::Data(DataMode::FileInput(input), _) = &mut self.interface else {
            return Some(bytes);
        };
        input.checksum.update(&data);
        let written = match &input.target {
            Target::Upload(writer) => self.stores.append(writer, data.clone()).map(drop),
            Target::Handle(handle) => self.stores.write(*handle, data.clone()).map(drop),
        };
        if let Err(error) = written {
            self.end_file_input(Some(error));
            return Some(bytes);
        }
        let before = input.received;
        input.received += data.len() as u64;
        let acks = if input.ack { input.received / ACK_BLOCK - before / ACK_BLOCK } else { 0 };
        let complete = input.received == input.expected;
        let timeout = input.timeout;
        if acks > 0 {
            self.write(Bytes::from(vec![b'A'; acks as usize]));
        }
        if complete {
            self.file_padding(bytes)
        } else {
            self.set_timer(Timer::FileInput, timeout);
            None
        }
    }

    /// All bytes of the file are there. In ACK mode what follows may pad its last block.
    fn file_padding(&mut self, bytes: Bytes) -> Option<Bytes> {
        let Interface::Data(DataMode::FileInput(input), _) = &mut self.interface else {
            return Some(bytes);
        };
        let due = input.padding_due();
        if !input.ack || due == 0 || !self.knobs.qfupl_ack_tail {
            self.end_file_input(None);
            return Some(bytes);
        }
        input.padding.extend_from_slice(&bytes);
        if input.padding.len() < due {
            if bytes.is_empty() || input.padding.len() == bytes.len() {
                self.set_timer(Timer::FileInput, PADDING_PATIENCE);
            }
            return None;
        }
        let rest = input.padding.split_off(due).freeze();
        let padding = input.padding.split().freeze();
        self.note(|| Record::Data(padding));
        self.write(Bytes::from_static(b"A"));
        self.end_file_input(None);
        Some(rest)
    }

    /// No byte came in time.
    pub(super) fn file_input_timeout(&mut self) {
        let Interface::Data(DataMode::FileInput(input), watch) = &mut self.interface else {
            return;
        };
        if input.received < input.expected {
            return self.end_file_input(Some(FileError::TimedOut));
        }
        // What looked like padding was the next command, and `+` behind it are part of it.
        let mut not_padding = input.padding.split();
        not_padding.extend_from_slice(watch.release());
        self.end_file_input(None);
        self.keep_for_later(self.now, not_padding.freeze());
    }

    /// `+++`: the file keeps what it has.
    pub(super) fn file_input_escape(&mut self) {
        self.end_file_input(Some(FileError::DataModeQuit));
    }

    /// The count, and the result. What a QFWRITE got before its time ran out is a success
    /// (our choice).
    fn end_file_input(&mut self, error: Option<FileError>) {
        self.timers.clear(Timer::FileInput);
        self.pass_over_held_back();
        let interface = std::mem::take(&mut self.interface);
        let Interface::Data(DataMode::FileInput(input), _) = interface else {
            self.interface = interface;
            return;
        };
        self.host.info_begun = false;
        let ended_early = matches!(error, Some(FileError::TimedOut | FileError::DataModeQuit));
        let mut result = error.map_or(Ok(Flow::Done), |error| Err(error.into()));
        match input.target {
            Target::Upload(writer) => {
                self.stores.finish(writer);
                if error.is_none() || ended_early {
                    self.info(format_args!("+QFUPL: {},{}", input.received, input.checksum));
                }
            }
            Target::Handle(handle) if error.is_none() || ended_early => {
                let size = self
                    .stores
                    .remaining(handle)
                    .and_then(|left| Ok(self.stores.position(handle)? + left));
                result = size.map_err(Into::into).map(|size| {
                    self.info(format_args!("+QFWRITE: {},{size}", input.received));
                    Flow::Done
                });
            }
            Target::Handle(_) => {}
        }
        self.leave_data_mode(result);
    }

    /// Sends bytes of a file while the host takes them.
    pub(super) fn pump_file(&mut self) {
        while self.host.has_room() {
            let Interface::Data(DataMode::FileOutput(output), _) = &mut self.interface else {
                return;
            };
            if output.left == 0 {
                return self.end_file_output(None);
            }
            let max = usize::try_from(output.left).unwrap_or(usize::MAX).min(CHUNK);
            let chunk = match &mut output.origin {
                Origin::Download { reader, offset, checksum } => {
                    self.stores.read_at(reader, *offset, max).inspect(|chunk| {
                        *offset += chunk.len() as u64;
                        checksum.update(chunk);
                    })
                }
                Origin::Handle(handle) => self.stores.read(*handle, max),
            };
            match chunk {
                Ok(chunk) if !chunk.is_empty() => {
                    output.left -= chunk.len() as u64;
                    self.write(chunk);
                }
                // The file became shorter behind the module's back.
                Ok(_) => return self.end_file_output(Some(FileError::ReadFailed)),
                Err(error) => return self.end_file_output(Some(error)),
            }
        }
    }

    /// `+++`: the rest is not sent.
    pub(super) fn file_output_escape(&mut self) {
        self.end_file_output(Some(FileError::DataModeQuit));
    }

    fn end_file_output(&mut self, error: Option<FileError>) {
        self.pass_over_held_back();
        let interface = std::mem::take(&mut self.interface);
        let Interface::Data(DataMode::FileOutput(output), _) = interface else {
            self.interface = interface;
            return;
        };
        self.host.info_begun = false;
        if let Origin::Download { reader, offset, checksum } = output.origin {
            self.stores.release(reader);
            if error.is_none() {
                self.info(format_args!("+QFDWL: {offset},{checksum}"));
            }
        }
        self.leave_data_mode(error.map_or(Ok(Flow::Done), |error| Err(error.into())));
    }
}
