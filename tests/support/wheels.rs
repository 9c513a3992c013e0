//! Distributions made for a test, and an installer that knows no others.
#![allow(dead_code, reason = "each test uses its part of it")]

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Makes wheels of `name version requirements` and the code of one module, and source distributions.
const MAKE: &str = r#"
import base64, hashlib, io, json, os, sys, tarfile, zipfile

folder, wheels, sources = sys.argv[1], json.loads(sys.argv[2]), json.loads(sys.argv[3])
for name, version, module, code, needs in wheels:
    stem = name.replace("-", "_") + "-" + version
    info = stem + ".dist-info/"
    needed = "".join("Requires-Dist: %s\n" % need for need in needs)
    files = {
        module + ".py": code,
        info + "METADATA": "Metadata-Version: 2.1\nName: %s\nVersion: %s\n%s" % (name, version, needed),
        info + "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        record += "%s,sha256=%s,%d\n" % (path, digest, len(text.encode()))
    files[info + "RECORD"] = record + info + "RECORD,,\n"
    with zipfile.ZipFile(os.path.join(folder, stem + "-py3-none-any.whl"), "w") as wheel:
        for path, text in files.items():
            wheel.writestr(path, text)
for name, version, setup in sources:
    stem = name + "-" + version
    with tarfile.open(os.path.join(folder, stem + ".tar.gz"), "w:gz") as archive:
        for path, text in {"setup.py": setup, "PKG-INFO": "Metadata-Version: 2.1\nName: %s\nVersion: %s\n" % (name, version)}.items():
            entry = tarfile.TarInfo(stem + "/" + path)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
for file in sorted(os.listdir(folder)):
    page = os.path.join(folder, "simple", file.split("-")[0].lower().replace("_", "-"), "index.html")
    os.makedirs(os.path.dirname(page), exist_ok=True)
    with open(page, "a") as links:
        links.write('<a href="../../%s">%s</a>\n' % (file, file))
"#;

/// A wheel: name, version, module, its code, what it needs.
pub type Wheel<'a> = (&'a str, &'a str, &'a str, &'a str, &'a [&'a str]);

/// A folder with wheels and with source distributions, each with its name, version and `setup.py`.
pub fn index(wheels: &[Wheel], sources: &[(&str, &str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("python3")
        .args(["-c", MAKE])
        .arg(folder.path())
        .args([serde_json::to_string(wheels).unwrap(), serde_json::to_string(sources).unwrap()])
        .status()
        .unwrap();
    assert!(made.success());
    folder
}

/// Has a command install from a folder and from nowhere else.
pub fn install_from<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    command
        .env("PIP_CONFIG_FILE", "/dev/null")
        .env("PIP_NO_INDEX", "1")
        .env("PIP_FIND_LINKS", folder)
        .env("UV_NO_CONFIG", "1")
        .env("UV_DEFAULT_INDEX", format!("file://{}/simple", folder.display()))
}
