//! A finding on a page: its badge in the margin, and what unfolds below its line.

use std::borrow::Cow;
use std::io::{self, Write};

use similar::{ChangeTag, TextDiff};

use super::escape::{anchor, shown};
use super::parts::Finding;
use super::word;
use crate::claim::{Kind, Origin};
use crate::mend::TRUE_VALUE;
use crate::report::alone::{self, Asked};
use crate::report::correctness::spread;
use crate::report::model::{Claim, Document, Example, Mend, Prose};
use crate::report::text::counted;
use crate::report::text::how_compared;
use crate::verdict::{Status, Verdict};

/// Most bytes of a text that a page shows; the report as JSON has all of it.
const MOST_TEXT: usize = 8_000;

/// Most lines of a text that are seen at once.
const MOST_LINES: usize = 24;

/// Where a finding is told: its document, and what the check was asked for.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub document: &'a Document,
    pub asked: Asked<'a>,
}

/// A badge: its class and its word.
pub(super) type Badge = (&'static str, Cow<'static, str>);

/// The badge of a finding.
pub(super) fn badge(finding: &Finding) -> Badge {
    match finding {
        Finding::Inline(example) => badge_of_example(example),
        Finding::Claim(_, claim) => badge_of_verdict(claim.verdict, claim.known),
        Finding::Sentence(prose) => badge_of_verdict(prose.verdict, prose.known),
        Finding::Unread(..) => ("unread", "not understood".into()),
    }
}

fn badge_of_verdict(verdict: Verdict, known: bool) -> Badge {
    match verdict {
        Verdict::Confirmed => ("confirmed", "confirmed".into()),
        Verdict::Refuted if known => ("known", "refuted, known".into()),
        Verdict::Refuted => ("refuted", "refuted".into()),
        Verdict::Undecided => ("undecided", "undecided".into()),
    }
}

/// The badge of an example.
pub(super) fn badge_of_example(example: &Example) -> Badge {
    let word = Cow::Owned(word(example.status));
    match example.status {
        Status::Ran => ("ran", word),
        Status::Skipped => ("skipped", word),
        _ if example.known => ("known", word),
        _ => ("stopped", word),
    }
}

/// Writes what unfolds below a line for one of its findings; `name` is its name within the page.
pub(super) fn render(place: Place, finding: &Finding, name: &str, writer: &mut dyn Write) -> io::Result<()> {
    match finding {
        Finding::Inline(example) => render_example(place, example, name, writer),
        Finding::Claim(example, claim) => render_claim(place, example, claim, name, writer),
        Finding::Sentence(prose) => render_sentence(prose, name, writer),
        Finding::Unread(example, comment) => {
            open(writer, name, &[("s", word(example.status)), ("v", "unread".to_owned())], false)?;
            title(writer, ("unread", "not understood".into()), |writer| {
                write!(writer, "<code>{}</code>", shown(&comment.text))
            })?;
            close(writer)
        }
    }
}

/// Writes what became of an example.
pub(super) fn render_example(
    place: Place,
    example: &Example,
    name: &str,
    writer: &mut dyn Write,
) -> io::Result<()> {
    open(writer, name, &[("s", word(example.status))], example.known)?;
    title(writer, badge_of_example(example), |writer| {
        write!(writer, "example <code>{}</code>", shown(&example.id))
    })?;
    writer.write_all(b"<dl>")?;
    field(writer, "why", example.reason.as_deref())?;
    field(writer, "detail", example.detail.as_deref())?;
    if let Some(exception) = &example.exception {
        let text = format!("line {}: {}: {}", exception.line, exception.type_name, exception.message);
        text_field(writer, "exception", &text)?;
    }
    field(writer, "known", example.known_reason.as_deref())?;
    list_field(writer, "names from", &example.names_from)?;
    let marks = example
        .marks
        .iter()
        .map(|mark| format!("line {}: {} ({}) means {}", mark.line, mark.words, mark.dialect, mark.meaning));
    list_field(writer, "marks", &marks.collect::<Vec<_>>())?;
    list_field(writer, "notes", &example.notes)?;
    field(writer, "signal", example.signal.map(|signal| signal.to_string()).as_deref())?;
    let status = example.exit_code.filter(|&code| code != 0).map(|code| code.to_string());
    field(writer, "exit status", status.as_deref())?;
    output_field(writer, "stdout", &example.stdout)?;
    output_field(writer, "stderr", &example.stderr)?;
    if example.truncated {
        text_field(writer, "", "more was written than is kept")?;
    }
    text_field(writer, "found by", &format!("{} ({})", example.rule, word(example.form)))?;
    field(writer, "file", example.file.as_deref())?;
    mend_field(writer, example.mend.as_ref())?;
    command_field(writer, place, example)?;
    writer.write_all(b"</dl>")?;
    close(writer)
}

fn render_claim(
    place: Place,
    example: &Example,
    claim: &Claim,
    name: &str,
    writer: &mut dyn Write,
) -> io::Result<()> {
    let data = [("v", word(claim.verdict)), ("k", word(claim.kind)), ("s", word(example.status))];
    open(writer, name, &data, claim.known)?;
    title(writer, badge_of_verdict(claim.verdict, claim.known), |writer| sentence(writer, claim))?;
    if is_plain(claim) {
        let step = claim.matched.as_deref().unwrap_or_default();
        write!(writer, "<p class=\"how\">compared: {}; found by: {}</p>", shown(step), shown(&claim.rule))?;
        return close(writer);
    }
    writer.write_all(b"<dl>")?;
    comparison(writer, claim)?;
    let how = match (claim.verdict, claim.matched.as_deref()) {
        (_, Some(step)) => Some(step),
        (Verdict::Refuted, None) => Some(how_compared(claim.kind)),
        _ => None,
    };
    field(writer, "compared", how)?;
    field(writer, "versions", spread(&claim.versions).as_deref())?;
    field(writer, "reason", claim.reason.as_deref())?;
    field(writer, "hedge", claim.hedge.as_deref())?;
    field(writer, "remark", claim.remark.as_deref())?;
    field(writer, "note", claim.note.as_deref())?;
    field(writer, "known", claim.known_reason.as_deref())?;
    text_field(writer, "found by", &claim.rule)?;
    if claim.verdict != Verdict::Confirmed {
        mend_field(writer, claim.mend.as_ref())?;
        command_field(writer, place, example)?;
    }
    writer.write_all(b"</dl>")?;
    close(writer)
}

fn render_sentence(prose: &Prose, name: &str, writer: &mut dyn Write) -> io::Result<()> {
    open(writer, name, &[("v", word(prose.verdict)), ("k", "sentence".to_owned())], prose.known)?;
    title(writer, badge_of_verdict(prose.verdict, prose.known), |writer| {
        write!(writer, "the sentence “{}”", shown(&prose.quote))
    })?;
    writer.write_all(b"<dl>")?;
    text_field(writer, "fact", &prose.statement)?;
    text_field(writer, "source", &prose.source)?;
    if let Some(actual) = prose.actual.as_deref() {
        output_field(writer, "probe", actual)?;
    }
    field(writer, "versions", spread(&prose.versions).as_deref())?;
    field(writer, "reason", prose.reason.as_deref())?;
    field(writer, "only if", prose.qualified.as_deref())?;
    field(writer, "known", prose.known_reason.as_deref())?;
    text_field(writer, "named", &prose.fact)?;
    writer.write_all(b"</dl>")?;
    close(writer)
}

/// Begins a finding. What the filters ask for stands in its attributes.
fn open(writer: &mut dyn Write, name: &str, data: &[(&str, String)], known: bool) -> io::Result<()> {
    write!(writer, "<div class=\"f\" id=\"{}\"", anchor(name))?;
    for (key, value) in data {
        write!(writer, " data-{key}=\"{value}\"")?;
    }
    writer.write_all(if known { b" data-known>" } else { b">" })
}

fn close(writer: &mut dyn Write) -> io::Result<()> {
    writer.write_all(b"</div>")
}

fn title(
    writer: &mut dyn Write,
    (class, word): Badge,
    text: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    write!(writer, "<p class=\"t\"><b class=\"b {class}\">{word}</b> ")?;
    text(writer)?;
    writer.write_all(b"</p>")
}

/// What is claimed, as a sentence.
fn sentence(writer: &mut dyn Write, claim: &Claim) -> io::Result<()> {
    let is = if claim.verdict == Verdict::Refuted { "is not" } else { "is" };
    let subject = format!("<code>{}</code>", shown(&short(&claim.subject)));
    let claimed = format!("<code>{}</code>", shown(&short(&claim.claimed)));
    match (claim.kind, claim.verdict) {
        (Kind::Value, _) if claim.subject.is_empty() => write!(writer, "the value {is} {claimed}"),
        (Kind::Value, _) => write!(writer, "{subject} {is} {claimed}"),
        (Kind::Stdout, Verdict::Refuted) => writer.write_all(b"what is printed differs from what is claimed"),
        (Kind::Stdout, _) if short(&claim.claimed) != claim.claimed => writer.write_all(b"what is printed"),
        (Kind::Stdout, _) if claim.subject.is_empty() => write!(writer, "{claimed} is printed"),
        (Kind::Stdout, _) => write!(writer, "{subject} prints {claimed}"),
        (Kind::Raises, Verdict::Refuted) => write!(writer, "{subject} does not raise {claimed}"),
        (Kind::Raises, _) => write!(writer, "{subject} raises {claimed}"),
        (Kind::Works, Verdict::Refuted) if claim.origin == Origin::Test => {
            write!(writer, "the test {subject} does not pass")
        }
        (Kind::Works, _) if claim.origin == Origin::Test => write!(writer, "the test {subject} passes"),
        (Kind::Works, Verdict::Refuted) => write!(writer, "{subject} does not work"),
        (Kind::Works, _) => write!(writer, "{subject} works"),
        (Kind::Type, _) => write!(writer, "the type of {subject} {is} {claimed}"),
    }
}

fn short(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match joined.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &joined[..at]),
        None => joined,
    }
}

/// Whether the sentence says all there is to say: most claims of a document simply hold.
fn is_plain(claim: &Claim) -> bool {
    let notes = [&claim.reason, &claim.hedge, &claim.remark, &claim.note, &claim.known_reason];
    let is_same = claim.actual.as_deref().is_none_or(|actual| actual == claim.claimed);
    claim.verdict == Verdict::Confirmed
        && notes.iter().all(|note| note.is_none())
        && spread(&claim.versions).is_none()
        && is_same
        && short(&claim.claimed) == claim.claimed
}

/// Claimed and actual, once if they are the same.
fn comparison(writer: &mut dyn Write, claim: &Claim) -> io::Result<()> {
    let claimed = claim.claimed.trim_end_matches('\n');
    let Some(actual) = claim.actual.as_deref().map(|actual| actual.trim_end_matches('\n')) else {
        output_field(writer, "claimed", claimed)?;
        return field(writer, "actual", (claim.verdict == Verdict::Refuted).then_some("nothing"));
    };
    if claimed == actual {
        return output_field(writer, "claimed and actual", claimed);
    }
    let has_no_common_lines = claim.kind == Kind::Works;
    if claim.verdict == Verdict::Refuted
        && !has_no_common_lines
        && (claimed.contains('\n') || actual.contains('\n'))
    {
        let (claimed, actual) = (cut(claimed), cut(actual));
        writer.write_all(b"<dt>claimed <del>-</del> actual <ins>+</ins></dt><dd>")?;
        difference(writer, &claimed, &actual)?;
        return writer.write_all(b"</dd>");
    }
    output_field(writer, "claimed", claimed)?;
    output_field(writer, "actual", actual)
}

/// Two texts as one, line by line.
fn difference(writer: &mut dyn Write, old: &str, new: &str) -> io::Result<()> {
    writer.write_all(b"<pre class=\"diff\">")?;
    for change in TextDiff::from_lines(old, new).iter_all_changes() {
        let line = change.value();
        let text = shown(line.trim_end_matches('\n'));
        match change.tag() {
            ChangeTag::Delete => write!(writer, "<del>- {text}\n</del>")?,
            ChangeTag::Insert => write!(writer, "<ins>+ {text}\n</ins>")?,
            ChangeTag::Equal => writeln!(writer, "  {text}")?,
        }
    }
    writer.write_all(b"</pre>")
}

fn mend_field(writer: &mut dyn Write, mend: Option<&Mend>) -> io::Result<()> {
    let Some(mend) = mend else { return Ok(()) };
    write!(writer, "<dt>mend</dt><dd>{}", with_code(&mend.sentence))?;
    for change in &mend.changes {
        if mend.changes.len() > 1 {
            write!(writer, "<br>line {}", change.line)?;
        }
        difference(writer, &change.old, &change.new)?;
    }
    write!(writer, "proved: {}", shown(&mend.proof))?;
    if mend.rule == TRUE_VALUE {
        writer.write_all(b"; <code>truedoc fix</code> writes it")?;
    }
    writer.write_all(b"</dd>")
}

/// A sentence of ours, whose backticks set code apart.
fn with_code(sentence: &str) -> String {
    let pieces: Vec<&str> = sentence.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return shown(sentence).into_owned();
    }
    let written = pieces.iter().enumerate().map(|(index, piece)| match index % 2 {
        0 => shown(piece).into_owned(),
        _ => format!("<code>{}</code>", shown(piece)),
    });
    written.collect()
}

/// The command that runs only this example.
fn command_field(writer: &mut dyn Write, place: Place, example: &Example) -> io::Result<()> {
    let command = alone::command(place.asked, &example.id, &place.document.path);
    write!(writer, "<dt>alone</dt><dd><code class=\"run\">{}</code></dd>", shown(&command))
}

fn field(writer: &mut dyn Write, name: &str, text: Option<&str>) -> io::Result<()> {
    text.map_or(Ok(()), |text| text_field(writer, name, text))
}

fn text_field(writer: &mut dyn Write, name: &str, text: &str) -> io::Result<()> {
    write!(writer, "<dt>{name}</dt><dd>{}</dd>", shown(&cut(text)))
}

fn list_field(writer: &mut dyn Write, name: &str, texts: &[String]) -> io::Result<()> {
    if texts.is_empty() { Ok(()) } else { text_field(writer, name, &texts.join("\n")) }
}

/// Text that a program wrote or a document claims; nothing if it is empty.
fn output_field(writer: &mut dyn Write, name: &str, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return Ok(());
    }
    // What is tall scrolls within itself, and is reached by the keyboard for that.
    let class = if text.lines().count() > MOST_LINES { "\"v tall\" tabindex=\"0\"" } else { "\"v\"" };
    write!(writer, "<dt>{name}</dt><dd class={class}>{}</dd>", shown(&cut(text)))
}

/// A text of at most [`MOST_TEXT`] bytes, which says how much is left out.
fn cut(text: &str) -> String {
    if text.len() <= MOST_TEXT {
        return text.to_owned();
    }
    let mut at = MOST_TEXT;
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let more = text[at..].chars().count();
    format!("{}\n… {}; --format json has all", &text[..at], counted(more, "more character"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_say_what_is_left_out() {
        let text = cut(&"é".repeat(MOST_TEXT));
        assert!(text.ends_with("… 4000 more characters; --format json has all"), "{}", &text[MOST_TEXT..]);
    }

    #[test]
    fn a_difference_shows_both() {
        let mut written = Vec::new();
        difference(&mut written, "a\n<b>", "a\nc").unwrap();
        let written = String::from_utf8(written).unwrap();
        assert_eq!(written, "<pre class=\"diff\">  a\n<del>- &lt;b&gt;\n</del><ins>+ c\n</ins></pre>");
    }
}
