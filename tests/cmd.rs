//! The program as a user types it: every transcript below `tests/cmd/` is run and compared.
//! `TRYCMD=overwrite cargo test --test cmd` writes what is printed now; read the difference.

#[test]
fn transcripts() {
    // In a job of GitHub Actions, the output has annotations as well.
    trycmd::TestCases::new().env("GITHUB_ACTIONS", "").case("tests/cmd/*.trycmd");
}
