//! IPython's prompts (`In [1]:`, `...:`, `Out[1]:`), read as those of the Python shell.

use super::block::Block;

/// Marks that IPython's directive reads above an input; they are no decorators of the code.
const MARKS: &[&str] = &["@suppress", "@verbatim", "@savefig", "@okexcept", "@okwarning", "@doctest"];

/// The block with the prompts of the Python shell in place of IPython's, if it has any.
pub fn as_session(block: &Block) -> Option<Block> {
    if !block.body.iter().any(|(_, line)| input(line).is_some()) {
        return None;
    }
    let body = block.body.iter().map(|(number, line)| (*number, as_prompt(line))).collect();
    Some(Block { body, ..block.clone() })
}

/// Whether a line is a mark for IPython's directive.
pub fn is_mark(line: &str) -> bool {
    line.split_whitespace().next().is_some_and(|word| MARKS.contains(&word))
}

fn as_prompt(line: &str) -> String {
    if let Some(source) = input(line) {
        format!(">>> {source}")
    } else if let Some(source) = continuation(line) {
        format!("... {source}")
    } else {
        numbered(line, "Out").unwrap_or(line).to_owned()
    }
}

fn input(line: &str) -> Option<&str> {
    numbered(line, "In ")
}

/// The text behind `In [1]:` or `Out[1]:`.
fn numbered<'a>(line: &'a str, word: &str) -> Option<&'a str> {
    let rest = line.trim_start().strip_prefix(word)?.strip_prefix('[')?;
    let (number, rest) = rest.split_once("]:")?;
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    number.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ').then_some(rest)
}

/// The text behind `...:`, with as many dots as the width of the prompt asks for.
fn continuation(line: &str) -> Option<&str> {
    let text = line.trim_start();
    let rest = text.trim_start_matches('.');
    let rest = rest.strip_prefix(':').filter(|_| text.len() - rest.len() >= 3)?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example::Form;

    #[test]
    fn prompts_become_those_of_the_shell() {
        let lines =
            ["In [1]: for x in 1, 2:", "   ...:     print(x)", "   ...:", "1", "In [12]: x", "Out[12]: 2"];
        let body = lines.iter().enumerate().map(|(index, line)| (index + 1, (*line).to_owned())).collect();
        let session = as_session(&Block { body, ..Block::new(Form::Directive, "ipython") }).unwrap();
        assert_eq!(session.text(), ">>> for x in 1, 2:\n...     print(x)\n... \n1\n>>> x\n2\n");
        assert_eq!(as_session(&Block::new(Form::Directive, "ipython")), None);
    }
}
