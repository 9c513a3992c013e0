use std::fs;

use super::*;

fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn error_of(text: &str) -> String {
    let folder = folder_with(&[("truedoc.toml", text)]);
    Settings::resolve(Overrides::default(), folder.path()).unwrap_err().to_string()
}

#[test]
fn arguments_win_over_the_file_and_the_file_over_defaults() {
    let folder = folder_with(&[(
        "truedoc.toml",
        "paths = ['docs']\njobs = 3\ntimeout = '1.5s'\noutput-limit = '64KiB'\n",
    )]);
    let overrides = Overrides { jobs: NonZeroUsize::new(7), ..Overrides::default() };
    let settings = Settings::resolve(overrides, folder.path()).unwrap();
    let at = |line| Origin::File { path: "truedoc.toml".to_owned(), line };
    assert_eq!(settings.paths, Setting { value: vec!["docs".into()], origin: at(1) });
    assert_eq!(settings.jobs, Setting { value: 7, origin: Origin::Argument("--jobs") });
    assert_eq!(settings.timeout, Setting { value: Duration::from_millis(1500), origin: at(3) });
    assert_eq!(settings.memory.origin, Origin::Default);
    assert_eq!(settings.limits().output, 64 << 10);
    let mut text = Vec::new();
    settings.explain(&mut text).unwrap();
    assert!(String::from_utf8(text).unwrap().contains("setting timeout = 1.5s (truedoc.toml:3)\n"));
}

#[test]
fn the_file_is_found_upward_and_its_paths_are_its_own() {
    let folder = folder_with(&[("truedoc.toml", "paths = ['docs', '.']\n"), ("a/b/x.md", "")]);
    let settings = Settings::resolve(Overrides::default(), &folder.path().join("a/b")).unwrap();
    assert_eq!(settings.paths.value, [PathBuf::from("../../docs"), PathBuf::from("../..")]);
    assert_eq!(settings.expectations.value, Some("../../expectations".into()));
    assert_eq!(settings.paths.origin.to_string(), "../../truedoc.toml:1");
}

#[test]
fn a_table_in_pyproject_counts() {
    let text = "[project]\nname = 'x'\n\n[tool.truedoc]\njobs = 5\n";
    let folder = folder_with(&[("pyproject.toml", text), ("a/pyproject.toml", "[project]\n")]);
    let settings = Settings::resolve(Overrides::default(), &folder.path().join("a")).unwrap();
    assert_eq!(settings.jobs.value, 5);
    assert_eq!(settings.jobs.origin.to_string(), "../pyproject.toml:5");
    let folder = folder_with(&[("pyproject.toml", "[tool.truedoc]\njbos = 5\n")]);
    let error = Settings::resolve(Overrides::default(), folder.path()).unwrap_err();
    assert!(error.to_string().contains("did you mean `jobs`?"), "{error}");
}

#[test]
fn mistakes_are_shown_where_they_stand() {
    let mistakes = [
        "jobs = 2\ntiemout = \"10s\"\n",
        "jobs = \"two\"\n",
        "timeout = \"10\"\n",
        "jobs = 2\npaths = [\n",
        "jobs = 0\n",
        "paths = \"docs\"\n",
        "paths = [1]\n",
        "exclude = [true]\n",
        "expectations = 3\n",
        "memory = \"2GB\"\n",
    ];
    insta::assert_snapshot!(mistakes.map(error_of).join("\n\n"));
    assert!(error_of("timeout = 10\n").contains("truedoc.toml:1:11"));
}

#[test]
fn a_missing_file_is_named() {
    let overrides = Overrides { config: Some("gone.toml".into()), ..Overrides::default() };
    let folder = folder_with(&[("pyproject.toml", "[project]\n")]);
    let error = Settings::resolve(overrides, folder.path()).unwrap_err();
    assert!(error.to_string().starts_with("the settings file `gone.toml` cannot be read"), "{error}");
    let overrides = Overrides { config: Some("pyproject.toml".into()), ..Overrides::default() };
    let error = Settings::resolve(overrides, folder.path()).unwrap_err();
    assert!(error.to_string().contains("no table `[tool.truedoc]`"), "{error}");
}
