//! Text that is put together from pieces standing on different lines of a document: the strings of
//! a notebook, the runs of text between tags, the parts of a string literal.

/// Lines of text, each with the document line on which its first character stands.
#[derive(Debug, Default)]
pub struct Pieces {
    done: Vec<(usize, String)>,
    open: Option<(usize, String)>,
}

impl Pieces {
    /// Adds text that stands on one document line, whatever newlines it holds.
    pub fn push(&mut self, line: usize, text: &str) {
        let mut parts = text.split('\n');
        self.extend(line, parts.next().unwrap_or_default());
        for part in parts {
            self.end_line(line);
            self.extend(line, part);
        }
    }

    /// Ends the line; the newline stands on this document line.
    pub fn end_line(&mut self, line: usize) {
        self.done.push(self.open.take().unwrap_or((line, String::new())));
    }

    /// The line that is not ended yet.
    pub fn open_line(&self) -> &str {
        self.open.as_ref().map_or("", |(_, text)| text)
    }

    /// All lines; a newline at the very end begins no further one.
    pub fn finish(mut self) -> Vec<(usize, String)> {
        self.done.extend(self.open);
        self.done
    }

    fn extend(&mut self, line: usize, text: &str) {
        if !text.is_empty() {
            self.open.get_or_insert_with(|| (line, String::new())).1.push_str(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stands_where_its_first_character_stands() {
        let mut pieces = Pieces::default();
        pieces.push(3, "a = ");
        pieces.push(4, "1\nb\n");
        pieces.push(6, "\n");
        pieces.push(7, "c");
        assert_eq!(
            pieces.finish(),
            [(3, "a = 1".to_owned()), (4, "b".to_owned()), (6, String::new()), (7, "c".to_owned())]
        );
    }
}
