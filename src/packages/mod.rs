//! PACKAGES: which distribution an import means, and how the packages that examples need come to be
//! there when somebody asks for them.

mod imports;
mod names;
mod own;

pub use imports::{Import, definitions, imports};
pub use names::{distribution, is_standard, normalised};
pub use own::OwnModules;
