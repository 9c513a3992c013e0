//! What host, worker and zygotes say to each other: frames of a length and as many bytes of JSON.
//!
//! A zygote lives next to hostile code, so nothing that arrives is believed: a frame longer than
//! the cap of its reader is refused before memory is reserved for it, and memory grows only as
//! bytes really arrive.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Interpreter, Run, Sandbox};

/// Longest frame that a zygote accepts from the host: a plan.
pub const MAX_PLAN: usize = 64 << 20;
/// Longest frame that the host accepts: a run.
pub const MAX_ANSWER: usize = 128 << 20;
/// Longest frame that the host accepts before any example has run.
pub const MAX_HELLO: usize = 1 << 20;

/// First frame of the worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum WorkerHello {
    /// Python has started.
    Ready(Interpreter),
    /// Python could not be made ready: the reason.
    Failed(String),
}

/// What the host tells a new zygote.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ZygoteOrder {
    /// Folder of the host in which the zygote may make its own where `/tmp` cannot be private.
    pub scratch: String,
    /// Name of the folder in which every example runs.
    pub folder_name: String,
    /// Whether namespaces are entered.
    pub namespaces: bool,
    /// Files and folders that stay to be seen because some example may read them.
    pub readable: Vec<PathBuf>,
    /// Layers that were tried before and refused.
    pub refused: Vec<String>,
}

/// What a zygote says.
#[derive(Debug, Serialize, Deserialize)]
pub enum Message {
    /// It stands in its cage and takes plans.
    Ready(Sandbox),
    /// The cage could not be built: the reason.
    Failed(String),
    /// All processes of the example are waiting for something.
    Waiting,
    /// They use the CPU again.
    Busy,
    /// The example has ended and is swept away.
    Done {
        /// What happened.
        run: Box<Run>,
        /// Whether the zygote should be replaced (its folder could not be emptied).
        worn_out: bool,
    },
}

/// Why a frame could not be read.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// The other side is gone.
    #[error("the other side closed the connection")]
    Closed,
    /// Reading failed or took too long.
    #[error("reading failed: {0}")]
    Read(#[source] io::Error),
    /// The frame is longer than allowed.
    #[error("a frame of {length} bytes exceeds the {cap} allowed")]
    TooLong {
        /// Length that was announced.
        length: usize,
        /// Length that is allowed.
        cap: usize,
    },
    /// The frame is not what was expected.
    #[error("a frame is not understood: {0}")]
    Malformed(#[source] serde_json::Error),
}

/// Writes one frame.
pub fn write_frame(stream: &mut impl Write, value: &impl Serialize) -> io::Result<()> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, value)?;
    let length = u32::try_from(bytes.len() - 4).map_err(|_| io::ErrorKind::FileTooLarge)?;
    bytes[..4].copy_from_slice(&length.to_le_bytes());
    stream.write_all(&bytes)
}

/// Reads one frame of at most `cap` bytes.
pub fn read_frame<T: DeserializeOwned>(stream: &mut impl Read, cap: usize) -> Result<T, WireError> {
    let mut header = [0; 4];
    stream.read_exact(&mut header).map_err(closed_or_failed)?;
    let length = u32::from_le_bytes(header) as usize;
    if length > cap {
        return Err(WireError::TooLong { length, cap });
    }
    let mut bytes = Vec::with_capacity(length.min(1 << 16));
    stream.take(length as u64).read_to_end(&mut bytes).map_err(closed_or_failed)?;
    if bytes.len() < length {
        return Err(WireError::Closed);
    }
    serde_json::from_slice(&bytes).map_err(WireError::Malformed)
}

fn closed_or_failed(error: io::Error) -> WireError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => {
            WireError::Closed
        }
        _ => WireError::Read(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_frame_survives_the_way() {
        let mut bytes = Vec::new();
        write_frame(&mut bytes, &Message::Waiting).unwrap();
        assert!(matches!(read_frame(&mut bytes.as_slice(), 100), Ok(Message::Waiting)));
    }

    #[test]
    fn a_frame_over_the_cap_is_refused_unread() {
        let bytes = [0xff, 0xff, 0xff, 0xff, b'{'];
        let error = read_frame::<Message>(&mut bytes.as_slice(), 100).unwrap_err();
        assert!(matches!(error, WireError::TooLong { length: 0xffff_ffff, cap: 100 }));
    }

    #[test]
    fn a_cut_frame_is_a_closed_connection() {
        let bytes = [9, 0, 0, 0, b'"', b'W'];
        assert!(matches!(read_frame::<Message>(&mut bytes.as_slice(), 100), Err(WireError::Closed)));
    }

    proptest! {
        #[test]
        fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_frame::<Message>(&mut bytes.as_slice(), 4096);
        }

        #[test]
        fn random_bodies_never_panic(body in "[\\[\\]{}\":,a-zA-Z0-9 ]{0,80}") {
            let mut bytes = (body.len() as u32).to_le_bytes().to_vec();
            bytes.extend(body.as_bytes());
            let _ = read_frame::<Message>(&mut bytes.as_slice(), 4096);
        }
    }
}
