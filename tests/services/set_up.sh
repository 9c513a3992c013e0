#!/usr/bin/env bash
# Makes target/services, a virtual environment of Python with the clients that the documents of the
# corpus talk to Redis and PostgreSQL by.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
place=${1:-${CARGO_TARGET_DIR:-$here/../../target}/services}
stamp=$place/requirements.txt
if ! cmp -s "$here/requirements.txt" "$stamp"; then
  "${PYO3_PYTHON:-python3}" -m venv --clear "$place"
  "$place/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$stamp"
fi
