//! The program as a user types it: every transcript below `tests/cmd/` is run and compared.
//! `TRYCMD=overwrite cargo test --test cmd` writes what is printed now; read the difference.

#[test]
fn transcripts() {
    // In a job of GitHub Actions, the output has annotations as well.
    let cases = trycmd::TestCases::new();
    // A folder of the cache that is not absolute is none.
    cases.env("GITHUB_ACTIONS", "").env("XDG_CACHE_HOME", "none").case("tests/cmd/*.trycmd");
}
