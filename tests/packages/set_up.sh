#!/usr/bin/env bash
# Makes target/packages, a virtual environment of Python with the packages that documents of the tests
# import: the clients of Redis and PostgreSQL, some that take long to import, and pytest; and uv, which
# installs many packages in a third of the time that pip takes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
place=${1:-${CARGO_TARGET_DIR:-$here/../../target}/packages}
stamp=$place/requirements.txt
if ! cmp -s "$here/requirements.txt" "$stamp"; then
  "${PYO3_PYTHON:-python3}" -m venv --clear "$place"
  "$place/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$stamp"
fi
