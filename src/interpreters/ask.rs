//! Asks a program which python it is.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use super::{OLDEST_MINOR, Python, PythonError};

use crate::lock::lock;

const QUESTION: &str = "import sys
print(sys.implementation.name)
print('%d.%d.%d' % sys.version_info[:3])
print(sys.executable)";

/// A program, and the file that it really is: the same name may lead to another python later.
type Asked = (PathBuf, Option<PathBuf>);

/// What programs have answered so far.
static ANSWERS: Mutex<Option<HashMap<Asked, Python>>> = Mutex::new(None);

/// The python that a program is.
///
/// # Errors
/// If it cannot be run, does not answer as a python, or examples cannot be run with it.
pub fn ask(program: &Path) -> Result<Python, PythonError> {
    let mut answers = lock(&ANSWERS);
    let answers = answers.get_or_insert_default();
    let asked = (program.to_owned(), std::fs::canonicalize(program).ok());
    if let Some(python) = answers.get(&asked) {
        return Ok(python.clone());
    }
    let python = answer(program)?;
    answers.insert(asked, python.clone());
    Ok(python)
}

fn answer(program: &Path) -> Result<Python, PythonError> {
    let failed = |reason: String| PythonError::Ask { python: program.to_owned(), reason };
    // Neither variables nor packages of the user have a say in what it is.
    let output = Command::new(program)
        .args(["-I", "-S", "-c", QUESTION])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| failed(error.to_string()))?;
    let answer = String::from_utf8_lossy(&output.stdout).into_owned();
    let lines: Vec<&str> = answer.lines().collect();
    let [implementation, version, executable] = lines[..] else {
        return Err(failed(format!("it answered {answer:?} ({})", output.status)));
    };
    let python = Python { executable: PathBuf::from(executable), version: version.to_owned() };
    if implementation == "cpython" && numbers(version) >= vec![3, OLDEST_MINOR] {
        return Ok(python);
    }
    let name = if implementation == "cpython" { "Python" } else { implementation };
    Err(PythonError::Unfit { python: program.to_owned(), what: format!("{name} {version}") })
}

/// The numbers of a version, as far as they are numbers.
pub(super) fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map_while(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn answer_of(answer: &str) -> Result<Python, PythonError> {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("python");
        std::fs::write(&program, format!("#!/bin/sh\nprintf '{answer}'\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        ask(&program)
    }

    #[test]
    fn what_answers_is_what_counts() {
        let python = answer_of("cpython\\n3.12.1\\n/opt/real/python\\n").unwrap();
        assert_eq!(python, Python { executable: "/opt/real/python".into(), version: "3.12.1".into() });
        let error = answer_of("cpython\\n3.8.18\\n/opt/python\\n").unwrap_err().to_string();
        assert!(error.ends_with("is Python 3.8.18; examples run with CPython 3.9 or newer"), "{error}");
        let error = answer_of("pypy\\n3.10.14\\n/opt/pypy\\n").unwrap_err().to_string();
        assert!(error.contains("is pypy 3.10.14"), "{error}");
        assert!(matches!(answer_of("hello\\n"), Err(PythonError::Ask { .. })));
        assert!(matches!(ask(Path::new("/nowhere/python")), Err(PythonError::Ask { .. })));
    }
}
