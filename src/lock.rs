//! Taking a lock. One is poisoned if somebody has panicked while he held it; all that is guarded in this
//! program is whole at any time, so it serves on.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Waits for what a lock guards.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
