#!/usr/bin/env bash
# Makes the pictures of the README from real runs: what `truedoc check` says about the document that
# the README shows, and the page of the corpus. It needs Chromium, Node, and `npm ci` in tests/html.
set -euo pipefail
cd "$(dirname "$0")/../.."

cargo build --quiet --release --bin truedoc --example ansi_to_svg
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
truedoc=$PWD/target/release/truedoc
pictures=$PWD/docs/pictures

# The document that the README shows.
awk '/^````markdown$/ { inside = 1; next } /^````$/ { inside = 0 } inside' README.md > "$folder/guide.md"

# A check that finds something fails; only its output is wanted.
(cd "$folder" && "$truedoc" check --color always guide.md || [ $? -eq 1 ]) > "$folder/check.ansi"
target/release/examples/ansi_to_svg < "$folder/check.ansi" > "$pictures/check.svg"

# Without its expectations the corpus has much to show.
("$truedoc" check --quiet --no-expectations --format html --output "$folder/page.html" \
  corpus/asides.md corpus/class-corners.md corpus/comment-dialects.md corpus/comparison-steps.md \
  corpus/mends.md corpus/needs.md corpus/prompt-tour.md corpus/python-guide.md corpus/sessions.txt \
  || [ $? -eq 1 ])
node docs/pictures/page.mjs "$folder/page.html" "$pictures"
