//! How a check is run that is called as a function.

use std::path::Path;
use std::sync::Arc;

use truedoc::cache::Cache;
use truedoc::check::CheckSettings;
use truedoc::run::EngineSettings;

/// Settings of a check that keeps results in a folder, so that the second one need not run everything.
pub fn settings(cache: &Path) -> CheckSettings {
    let program = Some(env!("CARGO_BIN_EXE_truedoc").into());
    CheckSettings {
        engine: EngineSettings { program, ..EngineSettings::default() },
        cache: Some(Arc::new(Cache::at(cache))),
        ..CheckSettings::default()
    }
}
