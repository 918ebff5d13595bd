#!/bin/sh
# Makes .venv with the first Python that is new enough; says plainly what is missing.
set -eu
cd "$(dirname "$0")/.."

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
  if command -v "$candidate" >/dev/null 2>&1 && is_new_enough "$candidate"; then
    python=$candidate
    break
  fi
done
if [ -z "${python:-}" ]; then
  found=$(python3 --version 2>/dev/null || echo "no python3")
  echo "Muster needs Python 3.11 or newer; this machine has $found. Install one, or name it: make PYTHON=/path/to/python3.12 ..." >&2
  exit 1
fi
if [ -n "${PYTHON:-}" ] && [ "$python" != "$PYTHON" ]; then
  echo "PYTHON=$PYTHON is missing or older than 3.11." >&2
  exit 1
fi
if ! "$python" -m venv .venv; then
  rm -rf .venv
  echo "$python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2
  exit 1
fi
