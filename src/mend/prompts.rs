//! Prompts and line numbers that were copied along with the code.

use super::candidate::{Broken, Candidate, Failure, is_valid};

/// Prompts of Python, IPython and shells.
const PROMPTS: &[&str] = &[">>> ", "... ", "$ ", "% "];

/// The code without what stands before its lines.
pub fn candidates(broken: &Broken) -> Vec<Candidate> {
    if !matches!(broken.failure, Failure::Syntax) {
        return Vec::new();
    }
    let prompts = without_prompts(broken.code)
        .map(|code| Candidate::of_code("left-in-prompts", "prompts stand before the code", code));
    let numbers = without_numbers(broken.code)
        .map(|code| Candidate::of_code("left-in-line-numbers", "line numbers stand before the code", code));
    prompts.into_iter().chain(numbers).filter(|candidate| is_valid(&candidate.code)).collect()
}

fn without_prompts(code: &str) -> Option<String> {
    let bare = |line: &str| {
        let text = line.trim_start();
        let rest = PROMPTS.iter().find_map(|prompt| text.strip_prefix(prompt)).or_else(|| of_ipython(text));
        rest.map_or_else(|| line.to_owned(), str::to_owned)
    };
    changed(code, code.lines().map(bare))
}

/// What stands behind `In [1]: `.
fn of_ipython(line: &str) -> Option<&str> {
    let (number, rest) = line.strip_prefix("In [")?.split_once("]: ")?;
    number.chars().all(|c| c.is_ascii_digit() || c == ' ').then_some(rest)
}

/// Lines that begin with consecutive numbers, without them.
fn without_numbers(code: &str) -> Option<String> {
    let mut bare = Vec::new();
    let mut next = None;
    for line in code.lines() {
        if line.trim().is_empty() {
            bare.push(String::new());
            continue;
        }
        let text = line.trim_start();
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let number: usize = text[..digits].parse().ok()?;
        if next.is_some_and(|next| next != number) {
            return None;
        }
        next = Some(number + 1);
        let rest = text[digits..].trim_start_matches(['.', ':', ')', '|']);
        if !rest.is_empty() && !rest.starts_with([' ', '\t']) {
            return None;
        }
        let rest = rest.strip_prefix(" |").unwrap_or(rest);
        bare.push(rest.to_owned());
    }
    let filled = || bare.iter().filter(|line| !line.trim().is_empty());
    let margin = filled().map(|line| line.len() - line.trim_start().len()).min()?;
    let is_several = filled().count() > 1;
    let lines = bare.iter().map(|line| line.get(margin..).unwrap_or("").to_owned());
    changed(code, lines).filter(|_| is_several)
}

fn changed(code: &str, lines: impl Iterator<Item = String>) -> Option<String> {
    let text: String = lines.map(|line| line + "\n").collect();
    (text != code).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_and_numbers_are_taken_off() {
        assert_eq!(without_prompts("In [1]: x = 1\n$ y\n").as_deref(), Some("x = 1\ny\n"));
        assert_eq!(without_prompts("x = 1\n"), None);
        assert_eq!(
            without_numbers(" 9  if x:\n10      y\n\n11\n12  z\n").as_deref(),
            Some("if x:\n    y\n\n\nz\n")
        );
        assert_eq!(without_numbers("1. x = 1\n2. y = 2\n").as_deref(), Some("x = 1\ny = 2\n"));
        for other in ["1 x\n3 y\n", "1 x\n", "1x\n2y\n", "x\ny\n"] {
            assert_eq!(without_numbers(other), None, "{other}");
        }
    }
}
