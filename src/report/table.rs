//! The table of numbers: a row for each document, and one for their sum.

use std::cmp::Reverse;

use comfy_table::{CellAlignment, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle};

use super::model::{Document, Report};
use super::text::visible;
use super::{Counts, Style, Verbosity};

/// A table whose only lines are those around the header and before the total.
const TABLE: TableStyle = TableStyle::new()
    .content_lines(ContentLineStyle::none())
    .header_lines(ContentLineStyle::none())
    .header_separator(LineStyle::none().fill('─').junction('─'));

/// Columns from which on all numbers are shown. What a narrower table leaves out follows from the
/// others, or stands in the last line of the report.
const WIDE: usize = 96;

/// One number of the table: its name, the number, and whether a narrow table has it.
type Column = (&'static str, fn(&Counts) -> String, bool);

const COLUMNS: [Column; 8] = [
    ("examples", |counts| counts.examples.to_string(), true),
    ("ran", |counts| counts.ran.to_string(), true),
    ("covered", |counts| share(counts.covered, counts.examples), false),
    ("claims", |counts| counts.claims.to_string(), true),
    ("confirmed", |counts| counts.confirmed.to_string(), true),
    ("refuted", |counts| counts.refuted.to_string(), true),
    ("known", |counts| counts.known.to_string(), false),
    ("undecided", |counts| counts.undecided.to_string(), true),
];

/// A share in whole percent, rounded down so that 100 % are all; `-` of nothing.
fn share(part: usize, whole: usize) -> String {
    (part * 100).checked_div(whole).map_or("-".to_owned(), |percent| format!("{percent}%"))
}

/// Documents that a table has rows for, unless everything is asked for.
const MOST_ROWS: usize = 30;

/// The rows of a table: one for each document, or, of very many, for those with most that is news; and
/// the others as one.
pub(super) struct Rows {
    most: usize,
    documents: usize,
    rows: Vec<(String, Counts)>,
}

impl Rows {
    pub(super) fn new(style: &Style) -> Rows {
        let most = if style.verbosity == Verbosity::Verbose { usize::MAX } else { MOST_ROWS };
        Rows { most, documents: 0, rows: Vec::new() }
    }

    pub(super) fn add(&mut self, document: &Document) {
        self.documents += 1;
        self.rows.push((document.path.clone(), document.summary));
        // What has least news can have no row of its own any more.
        if self.rows.len() > self.most.saturating_mul(2) {
            self.rows.sort_by_key(|(_, counts)| Reverse(news(counts)));
            self.rows.truncate(self.most);
        }
    }

    /// The table, with a row for the sum of all.
    pub(super) fn table<D>(mut self, report: &Report<D>, style: &Style) -> String {
        let has_known = report.summary.known > 0;
        let is_shown =
            |(name, _, narrow): &&Column| (*narrow || style.width >= WIDE) && (*name != "known" || has_known);
        let columns: Vec<_> = COLUMNS.iter().filter(is_shown).collect();
        // Each column has a space on both sides and one more before the next.
        let taken: usize = columns.iter().map(|(name, ..)| name.len() + 3).sum();
        let name_width = style.width.saturating_sub(taken + 2).max(12);
        let row = |name: &str, counts: &Counts| {
            let numbers = columns.iter().map(|(_, number, _)| number(counts));
            std::iter::once(shortened(name, name_width)).chain(numbers).collect::<Vec<_>>()
        };
        let mut table = Table::new();
        table.load_style(TABLE).set_content_arrangement(ContentArrangement::Disabled);
        table.set_header(std::iter::once("document").chain(columns.iter().map(|(name, ..)| *name)));
        let others = self.leave_shown(report.summary);
        for (path, counts) in &self.rows {
            table.add_row(row(path, counts));
        }
        if let Some((number, counts)) = others {
            table.add_row(row(&format!("{number} others"), &counts));
        }
        if self.documents > 1 {
            table.add_row(row("total", &report.summary));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let mut lines: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
        if self.documents > 1 {
            lines.insert(lines.len() - 1, lines[1].clone());
        }
        lines.join("\n")
    }

    /// Leaves the rows that are shown; gives the number of the other documents, and their sum.
    fn leave_shown(&mut self, total: Counts) -> Option<(usize, Counts)> {
        if self.documents <= self.most {
            return None;
        }
        self.rows.sort_by_key(|(_, counts)| Reverse(news(counts)));
        let is_shown = |(_, counts): &&(String, Counts)| news(counts) > 0;
        let shown = self.rows.iter().take(self.most).take_while(is_shown).count();
        self.rows.truncate(shown);
        self.rows.sort_by(|(one, _), (other, _)| one.cmp(other));
        let others = self.rows.iter().fold(total, |left, (_, counts)| left.without(*counts));
        Some((self.documents - shown, others))
    }
}

/// How many refutations nobody knows of.
fn news(counts: &Counts) -> usize {
    counts.refuted - counts.known
}

/// A path cut at its start, where it says least.
fn shortened(path: &str, width: usize) -> String {
    let path = visible(path);
    let length = path.chars().count();
    if length <= width {
        return path.into_owned();
    }
    let end: String = path.chars().skip(length - width + 1).collect();
    format!("…{end}")
}
