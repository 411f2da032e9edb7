#!/usr/bin/env bash
# Fetches the broker's jars (deploy/kafka/pom.xml) into .venv/share/kafka/libs.
set -euo pipefail
cd "$(dirname "$0")/../.."

libs=$PWD/.venv/share/kafka/libs
stamp=.venv/share/kafka/stamp
wanted=$(sha256sum <deploy/kafka/pom.xml)
[ "$(cat $stamp 2>/dev/null)" != "$wanted" ] || exit 0

echo "set-up: fetching Apache Kafka"
rm -rf "$libs.new"
# Maven tells even its failures on standard output.
if ! output=$(mvn --quiet --batch-mode --file deploy/kafka/pom.xml dependency:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$libs.new" 2>&1); then
    echo "$output" >&2
    echo "set-up: Maven could not fetch the broker (above: why); then run make again" >&2
    exit 1
fi
rm -rf "$libs"
mv "$libs.new" "$libs"
echo "$wanted" >$stamp
