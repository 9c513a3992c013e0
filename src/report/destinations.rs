//! Files that reports go to beside the one on the terminal, and those that events go to.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::ValueEnum;

use super::{FileTarget, Format, Found, Style, TargetError, Verbosity};

/// A report that goes to a file, as it is typed: `junit=report.xml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatAndFile {
    /// How it is written.
    pub format: Format,
    /// The file it goes to.
    pub file: PathBuf,
}

impl FromStr for FormatAndFile {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (format, file) = text
            .split_once('=')
            .filter(|(_, file)| !file.is_empty())
            .ok_or_else(|| "write a format and a file, such as `junit=report.xml`".to_owned())?;
        let format = Format::from_str(format, false).map_err(|_| {
            let names = Format::value_variants().iter().filter_map(ValueEnum::to_possible_value);
            let names: Vec<_> = names.map(|value| format!("`{}`", value.get_name())).collect();
            format!("`{format}` is no format; there are {}", names.join(", "))
        })?;
        Ok(FormatAndFile { format, file: PathBuf::from(file) })
    }
}

/// Files that reports go to, opened before the work starts.
#[derive(Debug)]
pub struct Destinations {
    reports: Vec<(Format, FileTarget)>,
    events: Vec<File>,
}

impl Destinations {
    /// Opens them all.
    ///
    /// # Errors
    /// If one cannot be written to, or two go to the same file.
    pub fn open(reports: &[FormatAndFile], output: Option<&Path>) -> Result<Destinations, TargetError> {
        let mut files: Vec<&Path> = output.into_iter().collect();
        let mut opened = Vec::new();
        for FormatAndFile { format, file } in reports {
            if files.contains(&file.as_path()) {
                return Err(TargetError::Twice { path: crate::document::shown(file) });
            }
            files.push(file);
            opened.push((*format, FileTarget::open(file)?));
        }
        let (events, reports): (Vec<_>, _) =
            opened.into_iter().partition(|(format, _)| *format == Format::Events);
        let events = events.into_iter().map(|(_, target)| target.stream());
        Ok(Destinations { reports, events: events.collect::<Result<_, _>>()? })
    }

    /// The files that events go to, as they happen.
    pub fn take_events(&mut self) -> Vec<File> {
        std::mem::take(&mut self.events)
    }

    /// Writes every report; one that cannot be written does not keep the others from it.
    ///
    /// # Errors
    /// The first of them.
    pub fn write(self, found: &Found, verbosity: Verbosity) -> Result<(), TargetError> {
        let style = Style::plain(verbosity);
        let written = self
            .reports
            .into_iter()
            .map(|(format, target)| target.write(|writer| found.render(format, &style, writer)));
        written.fold(Ok(()), Result::and)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use crate::report::{Growing, Rendered};

    #[test]
    fn a_format_and_a_file_are_read() {
        let read = FormatAndFile::from_str("junit=a=b.xml").unwrap();
        assert_eq!(read, FormatAndFile { format: Format::Rendered(Rendered::Junit), file: "a=b.xml".into() });
        assert!(
            FormatAndFile::from_str("xunit=a").unwrap_err().contains("there are `full`, `concise`, `json`")
        );
        for wrong in ["junit", "junit=", "report.xml"] {
            assert!(FormatAndFile::from_str(wrong).unwrap_err().contains("junit=report.xml"));
        }
    }

    #[test]
    fn every_report_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let report = |format, name| FormatAndFile { format, file: folder.path().join(name) };
        let reports = [
            report(Format::Rendered(Rendered::Junit), "a.xml"),
            report(Format::Concise, "full/b.txt"),
            report(Format::Rendered(Rendered::Json), "c.json"),
        ];
        std::fs::create_dir(folder.path().join("full")).unwrap();
        let destinations = Destinations::open(&reports, None).unwrap();
        std::fs::remove_dir(folder.path().join("full")).unwrap();
        let mut growing = Growing::default();
        growing.add(fixture::outcome()).unwrap();
        let error = destinations.write(&growing.finish(), Verbosity::Normal).unwrap_err();
        assert!(error.to_string().contains("b.txt"), "{error}");
        assert!(folder.path().join("a.xml").exists() && folder.path().join("c.json").exists());
    }

    #[test]
    fn no_file_gets_two_reports() {
        let report = FormatAndFile { format: Format::Full, file: "a.txt".into() };
        let error = Destinations::open(&[report], Some(Path::new("a.txt"))).unwrap_err();
        assert!(error.to_string().contains("two reports"), "{error}");
    }
}
