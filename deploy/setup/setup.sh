#!/usr/bin/env bash
# Set-up: `deploy/setup/setup.sh run` for running the monitor, `... test` also for testing it.
# It installs Debian packages that are missing, makes .venv/ in the checkout, and puts nothing else
# anywhere but into the caches of pip and Maven. What is there already is left alone: a second run
# takes a second.
set -euo pipefail
cd "$(dirname "$0")/../.."

purpose=${1:-run}
case $purpose in
run | test) ;;
*)
    echo "usage: deploy/setup/setup.sh run|test" >&2
    exit 2
    ;;
esac

deploy/setup/debian.sh "$purpose"
deploy/setup/python.sh "$purpose"
deploy/setup/kafka.sh
