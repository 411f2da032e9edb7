#!/usr/bin/env bash
# Makes .venv/ from the lock: `python.sh run`, or `python.sh test` with what the tests need.
# `python.sh --find` prints a Python that can make an environment, or fails.
set -euo pipefail
cd "$(dirname "$0")/../.."

find_python() {
    for candidate in python3.11 python3 python3.12 python3.13 python3.14; do
        if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
            >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

if [ "${1:-}" = --find ]; then
    find_python
    exit
fi

purpose=${1:-run}
lock=requirements/$purpose.lock
if [ ! -x .venv/bin/python ]; then
    python=$(find_python) || {
        echo "set-up: no Python >= 3.11 that can make an environment; install python3-venv" >&2
        exit 1
    }
    echo "set-up: making .venv with $($python --version)"
    "$python" -m venv .venv
fi

# A stamp holds what was installed; the tests' lock has all that the run's lock has.
stamp_of() { cat "requirements/$1.lock" pyproject.toml <(.venv/bin/python --version) | sha256sum; }
fresh() { [ "$(cat ".venv/stamp-$1" 2>/dev/null)" = "$(stamp_of "$1")" ]; }
if fresh test || fresh "$purpose"; then exit 0; fi

echo "set-up: installing Python packages ($lock)"
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
.venv/bin/pip install --quiet --require-hashes -r "$lock"
.venv/bin/pip install --quiet --no-deps --no-build-isolation --editable .
# What the build leaves in the checkout; the installed copy is in .venv.
rm -rf ioc_monitor.egg-info build
rm -f .venv/stamp-*
stamp_of "$purpose" >".venv/stamp-$purpose"
