#!/bin/sh
# Installs one locked set (demo or dev) into .venv and stamps it, so that the next start is instant.
set -eu
cd "$(dirname "$0")/.."
set_name=$1
python=.venv/bin/python
locked=requirements/$set_name.txt

echo "Installing what Muster needs ($locked); this takes about a minute the first time."
"$python" -m pip install --quiet --require-hashes --requirement "$locked"
"$python" -m pip install --quiet --no-deps --no-build-isolation --editable .
touch ".venv/.$set_name"
