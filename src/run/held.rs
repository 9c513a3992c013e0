//! What dictionaries hold, to be compared after each example of a group.
//!
//! Whoever looks at an object in Python writes its count of references, and so copies a page that was
//! shared with the zygote. Of many thousand objects only the places are compared here, and nothing is
//! written.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use super::zygote::for_each_item;

/// Some dictionaries, and the keys and values in them at one moment.
#[pyclass(frozen)]
pub struct Held {
    dictionaries: Vec<(Py<PyDict>, usize)>,
    /// Where keys and values lay, of one dictionary after the other.
    places: Vec<(usize, usize)>,
    /// They live on, so that nothing else lies where they lay.
    _alive: Vec<(Py<PyAny>, Py<PyAny>)>,
}

#[pymethods]
impl Held {
    #[new]
    fn new(dictionaries: &Bound<'_, PyList>) -> PyResult<Held> {
        let mut held = Held { dictionaries: Vec::new(), places: Vec::new(), _alive: Vec::new() };
        for dictionary in dictionaries {
            let dictionary = dictionary.cast_into::<PyDict>()?;
            for_each_item(&dictionary, |key, value| {
                held.places.push((key, value));
                true
            });
            held._alive.extend(dictionary.iter().map(|(key, value)| (key.unbind(), value.unbind())));
            held.dictionaries.push((dictionary.clone().unbind(), dictionary.len()));
        }
        Ok(held)
    }

    /// Whether they hold the very same now, in the same order.
    fn is_unchanged(&self, py: Python<'_>) -> bool {
        let mut before = self.places.iter();
        self.dictionaries.iter().all(|(dictionary, length)| {
            let dictionary = dictionary.bind(py);
            let is_same = |key, value| before.next() == Some(&(key, value));
            dictionary.len() == *length && for_each_item(dictionary, is_same)
        })
    }
}
