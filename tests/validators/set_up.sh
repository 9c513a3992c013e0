#!/usr/bin/env bash
# Makes target/validators, a virtual environment of Python with what the reports are validated by.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
place=${1:-${CARGO_TARGET_DIR:-$here/../../target}/validators}
stamp=$place/requirements.txt
if ! cmp -s "$here/requirements.txt" "$stamp"; then
  python3 -m venv --clear "$place"
  "$place/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$stamp"
fi
