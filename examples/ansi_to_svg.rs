//! Turns what a terminal shows (stdin, with its escape sequences) into a picture (stdout, SVG). The
//! pictures of the README are made with it; see `docs/pictures/make.sh`.

use std::io::{self, Read, Write};

use anstyle::RgbColor;
use anstyle_svg::Term;

fn main() -> io::Result<()> {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    let (ground, ink) = (RgbColor(0x16, 0x18, 0x1d), RgbColor(0xd6, 0xda, 0xe0));
    let picture = Term::new().bg_color(ground.into()).fg_color(ink.into()).render_svg(&text);
    io::stdout().write_all(picture.as_bytes())
}
