//! The table of numbers: a row for each document, and one for their sum.

use comfy_table::{CellAlignment, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle};

use super::text::visible;
use super::{Counts, Style, Verbosity};
use crate::verdict::Outcome;

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

/// The table of numbers, one row for each document and one for their sum.
pub(super) fn table(outcome: &Outcome, style: &Style) -> String {
    let has_known = Counts::of(outcome).known > 0;
    let is_shown =
        |(name, _, narrow): &&Column| (*narrow || style.width >= WIDE) && (*name != "known" || has_known);
    let columns: Vec<_> = COLUMNS.iter().filter(is_shown).collect();
    // Each column has a space on both sides and one more before the next.
    let taken: usize = columns.iter().map(|(name, ..)| name.len() + 3).sum();
    let name_width = style.width.saturating_sub(taken + 2).max(12);
    let row = |name: &str, counts: Counts| {
        let numbers = columns.iter().map(|(_, number, _)| number(&counts));
        std::iter::once(shortened(name, name_width)).chain(numbers).collect::<Vec<_>>()
    };
    let mut table = Table::new();
    table.load_style(TABLE).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(std::iter::once("document").chain(columns.iter().map(|(name, ..)| *name)));
    let (rows, others) = rows(outcome, style);
    for (path, counts) in rows {
        table.add_row(row(path, counts));
    }
    if let Some((number, counts)) = others {
        table.add_row(row(&format!("{number} others"), counts));
    }
    if outcome.documents.len() > 1 {
        table.add_row(row("total", Counts::of(outcome)));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let mut lines: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    if outcome.documents.len() > 1 {
        lines.insert(lines.len() - 1, lines[1].clone());
    }
    lines.join("\n")
}

/// Documents that a table has rows for, unless everything is asked for.
const MOST_ROWS: usize = 30;

/// A row of its own for each document, or, of very many, for those with most that is news; and the
/// others as one.
type Rows<'a> = (Vec<(&'a str, Counts)>, Option<(usize, Counts)>);

fn rows<'a>(outcome: &'a Outcome, style: &Style) -> Rows<'a> {
    let all = outcome.documents.iter();
    let mut rows: Vec<(&str, Counts)> =
        all.map(|found| (found.document.path.as_str(), Counts::of_document(found))).collect();
    if rows.len() <= MOST_ROWS || style.verbosity == Verbosity::Verbose {
        return (rows, None);
    }
    let news = |counts: &Counts| counts.refuted - counts.known;
    rows.sort_by_key(|(_, counts)| std::cmp::Reverse(news(counts)));
    let shown = rows.iter().take(MOST_ROWS).take_while(|(_, counts)| news(counts) > 0).count();
    let others = rows.split_off(shown);
    rows.sort_by_key(|(path, _)| *path);
    let sum = others.iter().fold(Counts::default(), |sum, (_, counts)| sum.add(*counts));
    (rows, Some((others.len(), sum)))
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
