//! Finds versions of everything that is wanted, and leaves out what cannot be had.

use std::path::Path;

use super::installer::{Installer, Refusal};
use super::lock::Pin;
use super::requirement::Requirement;
use super::{LeftOut, PackagesError, normalised};

/// What was found.
#[derive(Debug, Default)]
pub struct Resolved {
    /// Versions that go together.
    pub pins: Vec<Pin>,
    /// What cannot be had.
    pub left_out: Vec<LeftOut>,
}

/// Resolves all requirements together, with the versions of some pins if that can be; those that spoil
/// it are left out. What comes first is kept where two do not go together.
///
/// # Errors
/// If no index can be asked, or the installer does not work.
pub fn resolve(
    installer: &dyn Installer,
    wanted: &[Requirement],
    pinned: &[Pin],
    work: &Path,
) -> Result<Resolved, PackagesError> {
    if !pinned.is_empty()
        && let Ok(pins) = installer.resolve(wanted, pinned, work)
    {
        return Ok(Resolved { pins, left_out: Vec::new() });
    }
    let mut search = Search { installer, work, accepted: Vec::new(), found: Resolved::default() };
    search.add(wanted)?;
    Ok(search.found)
}

struct Search<'a> {
    installer: &'a dyn Installer,
    work: &'a Path,
    accepted: Vec<Requirement>,
    found: Resolved,
}

impl Search<'_> {
    /// Adds what goes together with what was accepted before.
    fn add(&mut self, candidates: &[Requirement]) -> Result<(), PackagesError> {
        if candidates.is_empty() {
            return Ok(());
        }
        let wanted = [&self.accepted, candidates].concat();
        let refusal = match self.installer.resolve(&wanted, &[], self.work) {
            Ok(pins) => {
                (self.accepted, self.found.pins) = (wanted, pins);
                return Ok(());
            }
            Err(refusal) => refusal,
        };
        if refusal.is_of_network() || matches!(refusal, Refusal::Start(_)) {
            return Err(PackagesError::of(self.installer, &refusal));
        }
        let named = candidates.iter().position(|one| names(refusal.text(), one));
        match (named, candidates) {
            (Some(at), _) => {
                self.leave_out(&candidates[at], &refusal);
                self.add(&[&candidates[..at], &candidates[at + 1..]].concat())
            }
            (None, [only]) => {
                self.leave_out(only, &refusal);
                Ok(())
            }
            (None, many) => {
                let (first, rest) = many.split_at(many.len() / 2);
                self.add(first)?;
                self.add(rest)
            }
        }
    }

    fn leave_out(&mut self, requirement: &Requirement, refusal: &Refusal) {
        let reason = self.installer.explain(requirement, refusal.text(), self.work);
        self.found.left_out.push(LeftOut { requirement: requirement.clone(), reason });
    }
}

/// Whether an installer says of this requirement that nothing was found for it.
fn names(said: &str, requirement: &Requirement) -> bool {
    const BEFORE: [&str; 3] = ["No matching distribution found for ", "Because ", "Because all versions of "];
    let text = said.split_whitespace().collect::<Vec<_>>().join(" ");
    BEFORE.iter().any(|words| {
        text.match_indices(words).any(|(at, words)| {
            let rest = &text[at + words.len()..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
            let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
            let is_verdict = words.starts_with("No ")
                || [" was not found in", " has no usable wheels", " have no usable wheels"]
                    .iter()
                    .any(|verdict| after.starts_with(verdict));
            is_verdict && normalised(name) == requirement.name()
        })
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Knows every name but those that begin with `no`; `old` and `new` do not go together, and it
    /// names no culprit for that.
    #[derive(Default)]
    struct Fake {
        asked: Cell<usize>,
    }

    impl Installer for Fake {
        fn name(&self) -> String {
            "fake".to_owned()
        }

        fn resolve(&self, wanted: &[Requirement], pinned: &[Pin], _: &Path) -> Result<Vec<Pin>, Refusal> {
            self.asked.set(self.asked.get() + 1);
            let has = |name: &str| wanted.iter().any(|one| one.name() == name);
            if has("offline") {
                return Err(Refusal::Said("WARNING: Retrying (Retry(total=4".to_owned()));
            }
            if let Some(unknown) = wanted.iter().find(|one| one.name().starts_with("no")) {
                return Err(Refusal::Said(format!("ERROR: No matching distribution found for {unknown}")));
            }
            if has("old") && has("new") {
                return Err(Refusal::Said("ERROR: ResolutionImpossible".to_owned()));
            }
            let version =
                |name: &str| pinned.iter().find(|pin| pin.name == name).map(|pin| pin.version.clone());
            let pin = |one: &Requirement| Pin {
                name: one.name().to_owned(),
                version: version(one.name()).unwrap_or_else(|| "2".to_owned()),
                hashes: Vec::new(),
            };
            Ok(wanted.iter().map(pin).collect())
        }

        fn explain(&self, _: &Requirement, refusal: &str, _: &Path) -> String {
            refusal.trim_start_matches("ERROR: ").to_owned()
        }

        fn install(&self, _: &[Pin], _: &Path, _: &Path, _: &Path) -> Result<(), Refusal> {
            Ok(())
        }

        fn make(&self, _: &Path) -> Result<(), Refusal> {
            Ok(())
        }
    }

    fn wanted(names: &str) -> Vec<Requirement> {
        names.split(' ').map(|name| Requirement::parse(name).unwrap()).collect()
    }

    fn names_of(pins: &[Pin]) -> String {
        pins.iter().map(|pin| pin.name.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_cannot_be_had_does_not_spoil_the_rest() {
        let installer = Fake::default();
        let found = resolve(&installer, &wanted("a nope b new c old d noone"), &[], Path::new("/")).unwrap();
        assert_eq!(names_of(&found.pins), "a b new c d");
        let left: Vec<String> = found.left_out.iter().map(|one| one.requirement.to_string()).collect();
        assert_eq!(left, ["nope", "noone", "old"]);
        assert!(found.left_out[0].reason.contains("No matching distribution found for nope"));
        assert!(installer.asked.get() <= 10, "asked {} times", installer.asked.get());
    }

    #[test]
    fn versions_stay_as_they_are_locked() {
        let pin = Pin { name: "a".to_owned(), version: "1".to_owned(), hashes: Vec::new() };
        let found = resolve(&Fake::default(), &wanted("a b"), &[pin], Path::new("/")).unwrap();
        let versions: Vec<&str> = found.pins.iter().map(|pin| pin.version.as_str()).collect();
        assert_eq!(versions, ["1", "2"]);
    }

    #[test]
    fn no_network_is_not_taken_for_a_missing_distribution() {
        let error = resolve(&Fake::default(), &wanted("a offline"), &[], Path::new("/")).unwrap_err();
        assert!(matches!(error, PackagesError::Network { .. }), "{error}");
    }

    #[test]
    fn both_installers_name_what_they_miss() {
        let one = &wanted("Some_Thing>=2")[0];
        for said in [
            "ERROR: Could not find a version\nERROR: No matching distribution found for some-thing>=2",
            "  × No solution found when resolving dependencies:\n  ╰─▶ Because some-thing was not found in the package\n      registry and you require some-thing, we can conclude",
            "  ╰─▶ Because all versions of some-thing have no usable wheels and building is disabled",
        ] {
            assert!(names(said, one), "{said}");
        }
        for said in [
            "ERROR: No matching distribution found for some-thing-else",
            "Because some-thing==1 depends on x",
        ] {
            assert!(!names(said, one), "{said}");
        }
    }
}
