//! The library as another program uses it: `examples/judge.rs`, which the documentation shows, does what
//! it says.

#[path = "../examples/judge.rs"]
#[allow(dead_code, reason = "its main is not used here")]
mod judge;

use truedoc::check::CheckSettings;
use truedoc::run::EngineSettings;

#[test]
fn another_program_extracts_runs_and_judges() {
    // The test itself is no program that could be started again as a worker.
    let program = Some(env!("CARGO_BIN_EXE_truedoc").into());
    let engine = EngineSettings { program, ..EngineSettings::default() };
    let settings = CheckSettings { engine, ..CheckSettings::default() };
    let mut said = Vec::new();
    judge::judge("```python\nx = [2, 1]\nx.sort()\nx  # [2, 1]\nx[0]  # 1\n```\n", &settings, &mut said)
        .unwrap();
    let expected = "guide/top#1 on lines 2 to 5\n\
                    line 4: `[2, 1]` is Refuted, actual [1, 2]\n\
                    line 5: `1` is Confirmed, actual 1\n";
    assert_eq!(String::from_utf8(said).unwrap(), expected);
}
