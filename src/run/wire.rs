//! What host, worker and zygotes say to each other: frames of a length and as many bytes of JSON.
//!
//! A zygote lives next to hostile code, so nothing that arrives is believed: a frame longer than
//! the cap of its reader is refused before memory is reserved for it, and memory grows only as
//! bytes really arrive.

use std::io::{self, Read, Write};
use std::path::PathBuf;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::group::Shared;
use super::warmth::Group;
use super::{Interpreter, Run, Sandbox};

/// Longest frame that a zygote accepts from the host: a plan.
pub const MAX_PLAN: usize = 64 << 20;
/// Longest frame that the host accepts: a run.
pub const MAX_ANSWER: usize = 128 << 20;
/// Longest frame that the host accepts before any example has run.
pub const MAX_HELLO: usize = 1 << 20;

/// What a connection that is passed to the worker is for: a zygote, the network that zygotes share with
/// services, the keeper of services.
pub const ZYGOTE: u8 = b'z';
pub const NETWORK: u8 = b'n';
pub const KEEPER: u8 = b'k';

/// First frame of the worker.
#[derive(Debug, Serialize, Deserialize)]
pub enum WorkerHello {
    /// Python has started.
    Ready(Introduction),
    /// Python could not be made ready: the reason.
    Failed(String),
}

/// What a worker says of itself.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Introduction {
    pub interpreter: Interpreter,
    /// Where it imports from; nothing if that cannot be told as text.
    pub import_paths: Vec<PathBuf>,
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
    /// What it imports ahead.
    pub ahead: Vec<Group>,
}

/// What a zygote says.
#[derive(Debug, Serialize, Deserialize)]
pub enum Message {
    /// It stands in its cage and takes plans.
    Ready(Sandbox),
    /// The cage could not be built: the reason.
    Failed(String),
    /// It is done: this package must not be imported ahead.
    Unfit(String),
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
    /// The process of a group has ended.
    Shared {
        /// What happened.
        shared: Shared,
        /// As above.
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
    use crate::run::{Ending, Equality, InputResult, Raised, Record, Seen, Value};
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

    /// Frames for each case, so that a million do not cost a million cases.
    const AT_ONCE: usize = 2_000;
    const CASES: u32 = 500;

    /// A message as a zygote sends it, with something of everything in it.
    fn message() -> Vec<u8> {
        let raised = Raised { type_name: "KeyError".to_owned(), ..Raised::default() };
        let value =
            Value { repr: "[1]".to_owned(), equals: vec![Some(Equality::Same), None], ..Value::default() };
        let seen = [Seen::Value(value), Seen::Raised(raised.clone()), Seen::Ended];
        let records = seen.map(|seen| Record { probe: 7, seen, after_end: false });
        let run = Run {
            ending: Ending::SyntaxError { message: "bad".to_owned(), line: 3 },
            exception: Some(raised.clone()),
            records: records.to_vec(),
            inputs: vec![InputResult { output: "1\n".to_owned(), raised: Some(raised) }],
            ..Run::default()
        };
        let mut bytes = Vec::new();
        write_frame(&mut bytes, &Message::Done { run: Box::new(run), worn_out: true }).unwrap();
        bytes
    }

    const SYNTAX: &[u8] = b"{}[]\":,0e-\\u\xff\0 tn";

    /// What a hostile example could make of a frame: other bytes at some places, more or fewer.
    fn forged(true_frame: &[u8], changes: &[(usize, u8)], end: usize) -> Vec<u8> {
        let mut bytes = true_frame.to_vec();
        bytes.truncate(end % (bytes.len() + 1));
        for &(at, byte) in changes {
            match bytes.len() {
                0 => bytes.push(byte),
                // Pieces of its own syntax get further than noise.
                length if byte < 128 => bytes[at % length] = SYNTAX[usize::from(byte) % SYNTAX.len()],
                length if byte < 192 => bytes.insert(at % length, byte),
                length => bytes[at % length] = byte,
            }
        }
        bytes
    }

    /// The most memory this process ever had, in KiB.
    fn peak_kib() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.split_whitespace().next().unwrap().parse().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_million_forged_frames_neither_panic_nor_cost_memory(
            changes in proptest::collection::vec(
                (proptest::collection::vec((any::<usize>(), any::<u8>()), 0..6), any::<usize>()),
                AT_ONCE,
            ),
        ) {
            let (true_frame, before) = (message(), peak_kib());
            for (changes, end) in changes {
                let bytes = forged(&true_frame, &changes, if end % 3 == 0 { end } else { true_frame.len() });
                let _ = read_frame::<Message>(&mut bytes.as_slice(), MAX_ANSWER);
                let _ = read_frame::<WorkerHello>(&mut bytes.as_slice(), MAX_HELLO);
            }
            prop_assert!(peak_kib() < before + (64 << 10));
        }

        #[test]
        fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read_frame::<Message>(&mut bytes.as_slice(), 4096);
        }
    }

    #[test]
    fn the_frame_that_is_forged_is_a_true_one() {
        let read = read_frame::<Message>(&mut message().as_slice(), MAX_ANSWER);
        assert!(matches!(read, Ok(Message::Done { worn_out: true, .. })), "{read:?}");
    }
}
