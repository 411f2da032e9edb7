#!/usr/bin/env bash
# Installs the Debian packages whose programs this machine lacks: as root, or with sudo; else it
# prints the command and stops. The services that the packages bring are not started: the monitor
# runs its own Prometheus and Alertmanager, on loopback.
set -euo pipefail

packages=()
need() { # need PROGRAM PACKAGE
    command -v "$1" >/dev/null || packages+=("$2")
}

need java default-jre-headless
need mvn maven
need setpriv util-linux
need prometheus prometheus
need prometheus-alertmanager prometheus-alertmanager
if [ "${1:-run}" != run ]; then
    need chromium chromium
    # The tests start these two servers themselves.
    PATH=$PATH:/usr/sbin need mariadbd mariadb-server
    compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || packages+=(postgresql)
fi
# Any Python from 3.11 on will do; that of Debian comes without the means to make an environment.
"$(dirname "$0")/python.sh" --find >/dev/null || packages+=(python3 python3-venv)

[ ${#packages[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "set-up: this is no Debian system (no apt-get). Install what these bring, then run make" >&2
    echo "again: ${packages[*]}" >&2
    exit 1
fi
install="apt-get install -y --no-install-recommends ${packages[*]}"
if [ "$(id -u)" = 0 ]; then
    as_root=()
elif command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
    as_root=(sudo)
else
    echo "set-up: this machine lacks Debian packages, and this account may not install them." >&2
    echo "Run this as root, then run make again:" >&2
    echo "    apt-get update && $install" >&2
    exit 1
fi

# Debian asks this file whether a service may be started; 101 says no.
policy=/usr/sbin/policy-rc.d
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ ! -e $policy ]; then
    trap '"${as_root[@]}" rm -f $policy; rm -f "$log"' EXIT
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee $policy >/dev/null
    "${as_root[@]}" chmod 755 $policy
fi

echo "set-up: installing Debian packages: ${packages[*]}"
# Lists that cannot be renewed may still be good enough.
"${as_root[@]}" apt-get -qq update || true
# shellcheck disable=SC2086  # the words of a command
if ! "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive $install >"$log" 2>&1; then
    cat "$log" >&2
    echo "set-up: the packages could not be installed (above: why). By hand: $install" >&2
    exit 1
fi

# Nor at the next start of the machine.
for service in prometheus prometheus-alertmanager postgresql mariadb; do
    [[ " ${packages[*]} " == *" ${service/%mariadb/mariadb-server} "* ]] || continue
    if [ -d /run/systemd/system ]; then
        "${as_root[@]}" systemctl --quiet disable --now $service
    elif command -v update-rc.d >/dev/null; then
        "${as_root[@]}" update-rc.d $service disable
    fi
done
