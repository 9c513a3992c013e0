//! Where results are kept: an index that is replaced as a whole, and one file of data that only grows
//! until it is written anew.
//!
//! ```text
//! index      magic, generation, then for each entry, sorted by key: key, offset, length, day of last use
//! data-…     for each entry a checksum over its key and its bytes, then its bytes
//! lock       held by whoever writes
//! ```
//! A reader takes no lock: the index names the data it belongs to, data is never changed below its end,
//! and each entry is proved by its checksum. What does not fit is as if it were not there. Whoever
//! writes holds the lock, reads the index once more, so that nothing of another run is lost, and
//! puts a new one in its place in one step.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, FileExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use crate::user_cache;

/// Bytes of data from which on the least used entries are dropped.
pub const MOST_BYTES: u64 = 256 << 20;
/// Bytes of the longest entry.
const LONGEST: usize = 4 << 20;
/// How long a writer waits for another one.
const PATIENCE: Duration = Duration::from_secs(2);

const MAGIC: &[u8; 8] = b"truedoc1";
const HEAD: usize = 16;
const ENTRY: usize = 32;
const CHECKSUM: usize = 8;
const INDEX: &str = "index";
const DATA: &str = "data-";
const LOCK: &str = "lock";

/// Names what is kept.
pub type Key = [u8; 16];

/// Where an entry is, and when it was last used, in days since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    offset: u64,
    length: u32,
    used: u32,
}

/// What is kept in a folder, as it was when it was opened.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    index: Vec<u8>,
    data: Option<File>,
}

/// What changes when a store is brought up to date.
#[derive(Debug, Default)]
pub struct Changes {
    /// New entries.
    pub fresh: BTreeMap<Key, Vec<u8>>,
    /// Entries that were used.
    pub used: BTreeSet<Key>,
    /// Entries that are no longer believed.
    pub gone: BTreeSet<Key>,
}

impl Changes {
    /// Bytes that it takes, roughly.
    pub fn size(&self) -> usize {
        let keys = self.fresh.len() + self.used.len() + self.gone.len();
        keys * 2 * size_of::<Key>() + self.fresh.values().map(Vec::len).sum::<usize>()
    }
}

impl Store {
    /// What is kept in a folder, which need not exist.
    pub fn open(folder: &Path) -> Store {
        let index = read_index(folder);
        let data = generation(&index).and_then(|generation| File::open(data_file(folder, generation)).ok());
        Store { folder: folder.to_owned(), index, data }
    }

    /// The bytes that are kept under a key.
    pub fn get(&self, key: &Key) -> Option<Vec<u8>> {
        read_entry(self.data.as_ref()?, key, find(&self.index, key)?)
    }

    /// Whether the use of an entry would be news.
    pub fn is_used_today(&self, key: &Key) -> bool {
        find(&self.index, key).is_none_or(|place| place.used >= today())
    }

    /// The number of entries, and the bytes that all files of the store have.
    pub fn size(&self) -> (usize, u64) {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let bytes = files.filter_map(|file| file.metadata().ok()).map(|metadata| metadata.len()).sum();
        (self.index.len().saturating_sub(HEAD) / ENTRY, bytes)
    }

    /// Brings the files up to date, and goes on to show what was there before.
    ///
    /// # Errors
    /// As for [`Store::update`].
    pub fn add(&self, changes: Changes, most_bytes: u64) -> io::Result<()> {
        update(&self.folder, changes, most_bytes)
    }

    /// Brings the store up to date. Entries beyond the limit are dropped, those first that were not
    /// used for the longest time.
    ///
    /// # Errors
    /// If it cannot be written, or another run does not let go of it; it is then as it was.
    pub fn update(&mut self, changes: Changes, most_bytes: u64) -> io::Result<()> {
        // There may be many entries: the index is in memory twice at most.
        self.index = Vec::new();
        let updated = update(&self.folder, changes, most_bytes);
        *self = Store::open(&self.folder);
        updated
    }

    /// Removes everything that is kept.
    ///
    /// # Errors
    /// If another run does not let go of it, or a file cannot be removed.
    pub fn clear(&mut self) -> io::Result<()> {
        if self.folder.exists() {
            let _lock = lock(&self.folder)?;
            match fs::remove_file(self.folder.join(INDEX)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => remove_data(&self.folder, None),
            }
        }
        *self = Store::open(&self.folder);
        Ok(())
    }
}

fn data_file(folder: &Path, generation: u64) -> PathBuf {
    folder.join(format!("{DATA}{generation:016x}"))
}

/// Another one than any before, so that no reader takes new data for old.
fn new_generation() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64)
}

fn today() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u32::try_from(since.as_secs() / (24 * 60 * 60)).unwrap_or(u32::MAX)
}

/// The index of a folder; nothing if it is not whole.
fn read_index(folder: &Path) -> Vec<u8> {
    let index = fs::read(folder.join(INDEX)).unwrap_or_default();
    let is_whole =
        index.len() >= HEAD && index.starts_with(MAGIC) && (index.len() - HEAD).is_multiple_of(ENTRY);
    if is_whole { index } else { Vec::new() }
}

fn generation(index: &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(*index.get(MAGIC.len()..)?.first_chunk()?))
}

fn entries(index: &[u8]) -> &[[u8; ENTRY]] {
    index.get(HEAD..).unwrap_or_default().as_chunks().0
}

fn key_of(entry: &[u8; ENTRY]) -> Key {
    *entry.first_chunk().unwrap_or_else(|| unreachable!("an entry begins with its key"))
}

fn place_of(entry: &[u8; ENTRY]) -> Place {
    let number = |at: usize| entry[at..].first_chunk().copied().map_or(0, u32::from_le_bytes);
    let offset = entry[16..].first_chunk().copied().map_or(0, u64::from_le_bytes);
    Place { offset, length: number(24), used: number(28) }
}

fn find(index: &[u8], key: &Key) -> Option<Place> {
    let entries = entries(index);
    let at = entries.binary_search_by_key(key, key_of).ok()?;
    Some(place_of(&entries[at]))
}

fn checksum(key: &Key, bytes: &[u8]) -> [u8; CHECKSUM] {
    let digest = Sha256::new().chain_update(key).chain_update(bytes).finalize();
    digest.first_chunk().copied().unwrap_or_default()
}

/// The bytes of an entry, if they are those that were written.
fn read_entry(data: &File, key: &Key, place: Place) -> Option<Vec<u8>> {
    let length = usize::try_from(place.length).ok().filter(|length| (CHECKSUM..=LONGEST).contains(length))?;
    let mut bytes = vec![0; length];
    data.read_exact_at(&mut bytes, place.offset).ok()?;
    let content = bytes.split_off(CHECKSUM);
    (bytes == checksum(key, &content)).then_some(content)
}

fn lock(folder: &Path) -> io::Result<File> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(folder.join(LOCK))?;
    let deadline = Instant::now() + PATIENCE;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() > deadline => {
                return Err(io::ErrorKind::TimedOut.into());
            }
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Brings the store in a folder up to date.
fn update(folder: &Path, changes: Changes, most_bytes: u64) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let _lock = lock(folder)?;
    let index = read_index(folder);
    let generation = generation(&index).unwrap_or_else(new_generation);
    let path = data_file(folder, generation);
    let mut data = OpenOptions::new().read(true).append(true).create(true).open(&path)?;
    let fresh = append(&mut data, changes.fresh)?;
    let mut index = brought_up_to_date(&index, generation, fresh, &changes.used, &changes.gone);
    if data.metadata()?.len() > most_bytes {
        index = write_anew(folder, &data, &index, most_bytes / 4 * 3)?;
    }
    user_cache::replace(&folder.join(INDEX), &index)?;
    remove_data(folder, self::generation(&index));
    Ok(())
}

/// Writes new entries behind the data; gives their places.
fn append(data: &mut File, fresh: BTreeMap<Key, Vec<u8>>) -> io::Result<BTreeMap<Key, Place>> {
    let used = today();
    let mut offset = data.metadata()?.len();
    let mut block = io::BufWriter::new(data);
    let mut places = BTreeMap::new();
    for (key, bytes) in fresh {
        let Some(length) = u32::try_from(bytes.len() + CHECKSUM).ok().filter(|&all| all as usize <= LONGEST)
        else {
            continue;
        };
        block.write_all(&checksum(&key, &bytes))?;
        block.write_all(&bytes)?;
        places.insert(key, Place { offset, length, used });
        offset += u64::from(length);
    }
    block.flush()?;
    Ok(places)
}

/// An index with new entries, which take the place of old ones, and what else has changed.
fn brought_up_to_date(
    index: &[u8],
    generation: u64,
    fresh: BTreeMap<Key, Place>,
    used: &BTreeSet<Key>,
    gone: &BTreeSet<Key>,
) -> Vec<u8> {
    let mut new = begun(generation, entries(index).len() + fresh.len());
    let mut fresh = fresh.into_iter().peekable();
    for entry in entries(index) {
        let (key, mut place) = (key_of(entry), place_of(entry));
        while let Some((key, place)) = fresh.next_if(|(fresh, _)| *fresh < key) {
            put(&mut new, &key, place);
        }
        if let Some((_, place)) = fresh.next_if(|(fresh, _)| *fresh == key) {
            put(&mut new, &key, place);
        } else if !gone.contains(&key) {
            place.used = if used.contains(&key) { today() } else { place.used };
            put(&mut new, &key, place);
        }
    }
    fresh.for_each(|(key, place)| put(&mut new, &key, place));
    new
}

/// Copies the entries that were used last to new data of a bounded size; gives its index.
fn write_anew(folder: &Path, data: &File, index: &[u8], most_bytes: u64) -> io::Result<Vec<u8>> {
    let mut latest: Vec<(Key, Place)> =
        entries(index).iter().map(|entry| (key_of(entry), place_of(entry))).collect();
    latest.sort_by_key(|(_, place)| Reverse((place.used, place.offset)));
    let mut left = most_bytes;
    latest.retain(|(_, place)| {
        let rest = left.checked_sub(u64::from(place.length));
        left = rest.unwrap_or(0);
        rest.is_some()
    });
    let generation = new_generation();
    let mut target = io::BufWriter::new(File::create(data_file(folder, generation))?);
    let (mut offset, mut copied) = (0, Vec::with_capacity(latest.len()));
    for (key, place) in latest {
        let Some(bytes) = read_entry(data, &key, place) else { continue };
        target.write_all(&checksum(&key, &bytes))?;
        target.write_all(&bytes)?;
        copied.push((key, Place { offset, ..place }));
        offset += u64::from(place.length);
    }
    target.flush()?;
    copied.sort_by_key(|(key, _)| *key);
    let mut index = begun(generation, copied.len());
    copied.iter().for_each(|(key, place)| put(&mut index, key, *place));
    Ok(index)
}

/// An index without entries, with room for some.
fn begun(generation: u64, entries: usize) -> Vec<u8> {
    let mut index = Vec::with_capacity(HEAD + entries * ENTRY);
    index.extend(MAGIC);
    index.extend(generation.to_le_bytes());
    index
}

fn put(index: &mut Vec<u8>, key: &Key, place: Place) {
    index.extend(key);
    index.extend(place.offset.to_le_bytes());
    index.extend(place.length.to_le_bytes());
    index.extend(place.used.to_le_bytes());
}

/// Removes data of other generations. What cannot be removed now is the next time.
fn remove_data(folder: &Path, except: Option<u64>) {
    let kept = except.map(|generation| data_file(folder, generation));
    for file in fs::read_dir(folder).into_iter().flatten().flatten() {
        let is_data = file.file_name().to_string_lossy().starts_with(DATA);
        if is_data && kept.as_ref() != Some(&file.path()) {
            let _ = fs::remove_file(file.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: u64 = 1 << 20;

    fn key(number: u8) -> Key {
        [number; 16]
    }

    fn fresh(entries: &[(u8, &[u8])]) -> Changes {
        let fresh = entries.iter().map(|&(number, bytes)| (key(number), bytes.to_vec())).collect();
        Changes { fresh, ..Changes::default() }
    }

    #[test]
    fn what_is_kept_is_found_again_and_what_is_gone_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/runs");
        let mut store = Store::open(&path);
        assert_eq!(store.get(&key(1)), None);
        store.update(fresh(&[(1, b"one"), (2, b"two")]), LIMIT).unwrap();
        assert_eq!(store.get(&key(1)).as_deref(), Some(&b"one"[..]));
        store.update(fresh(&[(3, b"three"), (1, b"uno")]), LIMIT).unwrap();
        store.update(Changes { gone: [key(2)].into(), ..Changes::default() }, LIMIT).unwrap();
        let again = Store::open(&path);
        let found: Vec<_> = (1..=4).map(|number| again.get(&key(number))).collect();
        assert_eq!(found, [Some(b"uno".to_vec()), None, Some(b"three".to_vec()), None]);
        assert_eq!(again.size().0, 2);
        store.clear().unwrap();
        assert_eq!((store.get(&key(1)), Store::open(&path).size().0), (None, 0));
    }

    #[test]
    fn a_store_that_was_opened_before_keeps_what_others_wrote() {
        let folder = tempfile::tempdir().unwrap();
        let (mut one, mut other) = (Store::open(folder.path()), Store::open(folder.path()));
        one.update(fresh(&[(1, b"one")]), LIMIT).unwrap();
        other.update(fresh(&[(2, b"two")]), LIMIT).unwrap();
        one.update(fresh(&[(3, b"three")]), LIMIT).unwrap();
        let all = Store::open(folder.path());
        assert!((1..=3).all(|number| all.get(&key(number)).is_some()));
    }

    #[test]
    fn every_single_damaged_byte_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        Store::open(folder.path()).update(fresh(&[(1, b"one"), (2, b"two")]), LIMIT).unwrap();
        let files = [INDEX.to_owned(), {
            let generation = generation(&read_index(folder.path())).unwrap();
            data_file(Path::new(""), generation).display().to_string()
        }];
        for file in files {
            let path = folder.path().join(file);
            let whole = fs::read(&path).unwrap();
            for at in 0..whole.len() {
                let mut damaged = whole.clone();
                damaged[at] ^= 0x55;
                fs::write(&path, &damaged).unwrap();
                let store = Store::open(folder.path());
                for (number, bytes) in [(1, b"one"), (2, b"two")] {
                    assert!(store.get(&key(number)).is_none_or(|found| found == bytes), "{path:?} {at}");
                }
                fs::write(&path, &whole[..at]).unwrap();
                let store = Store::open(folder.path());
                assert!(store.get(&key(2)).is_none_or(|found| found == b"two"));
            }
            fs::write(&path, &whole).unwrap();
        }
        let mut store = Store::open(folder.path());
        assert_eq!(store.get(&key(2)).as_deref(), Some(&b"two"[..]));
        fs::write(folder.path().join(INDEX), b"nonsense").unwrap();
        store.update(fresh(&[(3, b"three")]), LIMIT).unwrap();
        assert_eq!(store.get(&key(3)).as_deref(), Some(&b"three"[..]), "a damaged store heals");
    }

    #[test]
    fn beyond_the_limit_the_least_used_are_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(folder.path());
        let bytes = vec![7; 1000];
        for number in 0..20 {
            store.update(fresh(&[(number, &bytes)]), 10_000).unwrap();
            let (_, size) = store.size();
            assert!(size <= 10_000 + HEAD as u64 + 20 * ENTRY as u64, "{size}");
        }
        assert!(store.get(&key(19)).is_some() && store.get(&key(18)).is_some());
        assert!(store.get(&key(0)).is_none());
        let files = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 3, "index, data and lock");
    }

    #[test]
    fn many_writers_at_once_lose_nothing() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for number in 0..8 {
                let path = folder.path();
                scope.spawn(move || Store::open(path).update(fresh(&[(number, b"x")]), LIMIT).unwrap());
            }
        });
        let store = Store::open(folder.path());
        assert!((0..8).all(|number| store.get(&key(number)).is_some()));
    }
}
