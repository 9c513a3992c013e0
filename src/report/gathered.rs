//! Text that is put together bit by bit while the documents of a report are gone through once.

use std::io::{self, Seek, Write};

use tempfile::SpooledTempFile;

/// Bytes that stay in memory.
const MOST_IN_MEMORY: usize = 1 << 20;

/// Text that is written later, from an unnamed file where it is long.
#[derive(Debug)]
pub(super) struct Gathered {
    file: SpooledTempFile,
    /// How many lines it has.
    pub lines: usize,
}

impl Default for Gathered {
    fn default() -> Self {
        Gathered { file: SpooledTempFile::new(MOST_IN_MEMORY), lines: 0 }
    }
}

impl Gathered {
    /// Writes all of it.
    pub(super) fn write_to(mut self, writer: &mut dyn Write) -> io::Result<()> {
        self.file.rewind()?;
        io::copy(&mut self.file, writer).map(drop)
    }
}

impl Write for Gathered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.lines += bytes[..written].iter().filter(|&&byte| byte == b'\n').count();
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
