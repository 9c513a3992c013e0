//! The program as a user types it: every transcript below `tests/cmd/` is run and compared.
//! `TRYCMD=overwrite cargo test --test cmd` writes what is printed now; read the difference.

#[test]
fn transcripts() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd");
}
