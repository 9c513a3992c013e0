//! What a pattern that matches nothing may have meant.

use crate::document::Document;
use crate::example::Example;

/// Near misses that are named.
const MOST: usize = 3;

/// One sentence that says that a pattern matches nothing, and what is like it.
pub fn advice(typed: &str, documents: &[Document], examples: &[(usize, &Example)]) -> String {
    let ids = examples.iter().map(|(_, example)| example.id.as_str());
    let names = ids.chain(documents.iter().map(|document| document.path.as_str()));
    let near = nearest(typed, names.chain(["confirmed", "refuted", "undecided"]));
    let what = format!("`{typed}` matches no example, no document and no verdict");
    if near.is_empty() {
        return format!("{what}; `truedoc extract --list` lists all examples by their ids");
    }
    let near: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
    format!("{what}; did you mean {}?", near.join(" or "))
}

/// The names most like a text: those that hold it, then those spelled nearly so.
fn nearest<'a>(typed: &str, names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = typed.to_lowercase();
    let bare: String = wanted.chars().filter(|letter| !"*?[]{}".contains(*letter)).collect();
    let mut found: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let lower = name.to_lowercase();
            if bare.len() >= 3 && lower.contains(&bare) {
                return Some((0, name));
            }
            let distance = strsim::damerau_levenshtein(&bare, &lower);
            (distance <= 1 + bare.chars().count() / 6).then_some((distance, name))
        })
        .collect();
    found.sort();
    found.dedup();
    found.into_iter().take(MOST).map(|(_, name)| name).collect()
}
