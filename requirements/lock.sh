#!/bin/sh
# Writes the locks: every version with its hashes, no registry address, good for every supported Python.
# UPGRADE=1 takes the newest releases; without it only what pyproject.toml asks for changes.
set -eu
cd "$(dirname "$0")/.."
lock() {
  output=$1; shift
  # No configuration of this machine may reach the lock.
  env -u UV_INDEX_URL -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS -u PIP_FIND_LINKS -u PIP_CONSTRAINT \
    "${UV:-.venv/bin/uv}" pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate ${UPGRADE:+--upgrade} \
    --output-file "requirements/$output" "$@" </dev/null
}
lock dev.txt requirements/build.in pyproject.toml --extra dev
lock demo.txt requirements/build.in pyproject.toml --extra demo --constraint requirements/dev.txt
lock run.txt requirements/build.in pyproject.toml --constraint requirements/dev.txt
if grep -nE '://|^--|@ file|/(opt|root|home|tmp|work)/' requirements/*.txt; then
  echo "A lock holds an address or a path of this machine." >&2
  exit 1
fi
