//! The whole way: from what is asked for to the pythons that have it.

use std::fs;
use std::path::{Path, PathBuf};

use super::base::Base;
use super::environment::{environment, short_hash};
use super::installer::choose;
use super::lock::{Lock, Locked, NAME, new_beside};
use super::request::{Request, Wanted};
use super::requirement::Requirement;
use super::resolve::resolve;
use super::{LeftOut, PackagesError};
use crate::report::Progress;
use crate::report::text::counted;
use crate::user_cache;

/// How packages are provided.
#[derive(Clone, Debug)]
pub struct Provision<'a> {
    /// The folder of the lock file.
    pub root: PathBuf,
    /// Whether versions that are found are written into the lock file.
    pub writes_lock: bool,
    /// The folder that environments and wheels are kept in; none where there is no home.
    pub cache: Option<PathBuf>,
    /// Hears what takes long.
    pub progress: &'a Progress,
}

impl Provision<'_> {
    /// Provision for a project, in the cache folder of the user.
    pub fn new<'a>(root: &Path, writes_lock: bool, progress: &'a Progress) -> Provision<'a> {
        Provision { root: root.to_owned(), writes_lock, cache: user_cache::folder(), progress }
    }
}

/// A python that has what is asked for.
#[derive(Clone, Debug)]
pub struct Provided {
    /// Its program.
    pub python: PathBuf,
    /// What its user should know, one sentence each.
    pub remarks: Vec<String>,
    /// Whether versions of packages had to be found.
    pub is_found_now: bool,
}

/// Gives a python what is asked for, as far as that can be had: the python itself if it has all of it,
/// else that of an environment of it.
///
/// # Errors
/// If nothing can be installed at all.
pub fn provide(python: &Path, request: &Request, provision: &Provision) -> Result<Provided, PackagesError> {
    let base = Base::ask(python, &request.modules())?;
    let (requirements, none) = request.for_python(&base);
    let mut remarks: Vec<String> = none
        .iter()
        .filter_map(|wanted| Some((wanted, wanted.not_meant?)))
        .map(|(wanted, why)| {
            let Wanted { provider, place, .. } = wanted;
            format!("no distribution is installed for `{}` ({place}): {why}", provider.module)
        })
        .collect();
    remarks.extend(request.refused.iter().map(|(text, place)| {
        format!("`{text}` of a script ({place}) is not installed: it is no name with versions")
    }));
    if requirements.is_empty() {
        return Ok(Provided { python: python.to_owned(), remarks, is_found_now: false });
    }
    let cache = provision.cache.as_ref().ok_or(PackagesError::NoCache)?;
    let (locked, is_found_now) = locked(&base, &requirements, provision, cache)?;
    let packages = counted(locked.packages.len(), "package");
    let (python, is_new) = environment(&base, &locked, cache, &|| {
        provision
            .progress
            .say(&format!("installing {packages} for the examples under Python {}", base.version));
    })?;
    let left_out = locked.left_out.iter().filter(|one| requirements.contains(&one.requirement));
    remarks.extend(left_out.map(|one| told(one, request, &base)));
    if is_new {
        remarks.push(format!("installed {packages} for the examples under Python {}", base.version));
    }
    Ok(Provided { python, remarks, is_found_now })
}

fn told(left_out: &LeftOut, request: &Request, base: &Base) -> String {
    let LeftOut { requirement, reason } = left_out;
    let by = request.wanted_by(requirement).map_or_else(String::new, |by| format!(" {by}"));
    format!("`{requirement}`{by} is not installed under Python {}: {reason}", base.version)
}

/// The versions for what is asked for: those of the lock file if it covers that, else those that were
/// found before, else those that are found now; and whether they are.
fn locked(
    base: &Base,
    requirements: &[Requirement],
    provision: &Provision,
    cache: &Path,
) -> Result<(Locked, bool), PackagesError> {
    let path = provision.root.join(NAME);
    let mut lock = Lock::read(&path)?;
    let before = lock.of(base).cloned();
    if let Some(locked) = before.as_ref().filter(|locked| locked.covers(requirements)) {
        return Ok((locked.clone(), false));
    }
    let find = || {
        provision.progress.say(&format!("finding packages for the examples under Python {}", base.version));
        find(base, requirements, before.as_ref())
    };
    if provision.writes_lock {
        // Known before minutes of work: the file can be written.
        new_beside(&path)?;
        let locked = find()?;
        lock.take(locked.clone());
        lock.write(&path)?;
        return Ok((locked, true));
    }
    let found = cache.join("resolved");
    fs::create_dir_all(&found).map_err(|error| PackagesError::cache(&found, &error))?;
    let wanted: String = requirements.iter().map(|one| format!("{one}\n")).collect();
    let path = found.join(short_hash(&format!("{}\n{}\n{wanted}", base.minor, base.platform)) + ".lock");
    let mut remembered = Lock::read(&path)?;
    if let Some(locked) = remembered.of(base).filter(|locked| locked.covers(requirements)) {
        return Ok((locked.clone(), false));
    }
    let locked = find()?;
    remembered.take(locked.clone());
    remembered.write(&path)?;
    Ok((locked, true))
}

/// Finds versions for what is asked for, and for what was before; what has a version keeps it,
/// and what could not be had stays left out.
fn find(base: &Base, requirements: &[Requirement], before: Option<&Locked>) -> Result<Locked, PackagesError> {
    let work = tempfile::tempdir().map_err(|error| PackagesError::cache(&std::env::temp_dir(), &error))?;
    let installer = choose(base)?;
    let earlier = before.map_or(&[][..], |locked| &locked.requirements);
    let is_new = |one: &Requirement| requirements.iter().any(|new| new.name() == one.name());
    let mut all = requirements.to_vec();
    all.extend(earlier.iter().filter(|one| !is_new(one)).cloned());
    // What could not be had is not tried again until the lock file is deleted.
    let mut left_out = before.map_or_else(Vec::new, |locked| locked.left_out.clone());
    left_out.retain(|one| all.contains(&one.requirement));
    let is_left_out = |one: &&Requirement| left_out.iter().any(|left| left.requirement == **one);
    let wanted: Vec<Requirement> = all.iter().filter(|one| !is_left_out(one)).cloned().collect();
    let pinned = before.map_or(&[][..], |locked| &locked.packages);
    let resolved = resolve(installer.as_ref(), &wanted, pinned, work.path())?;
    left_out.extend(resolved.left_out);
    Ok(Locked {
        python: base.minor.clone(),
        platform: base.platform.clone(),
        requirements: all,
        left_out,
        packages: resolved.pins,
    })
}
