#!/bin/sh
# Makes this checkout ready: .venv from the lock, what the pages look like from npm; with the argument "servers" also
# RabbitMQ, PostgreSQL, and the browser with Chinese letters that tests look at pages with, from the system's packages,
# without letting the packages start nodes of their own. Safe to repeat.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then sudo "$@"; else return 1; fi
}

install_packages() {
    if ! command -v apt-get >/dev/null || ! as_root true; then
        say "Please install these packages, then try again: $*"
        exit 1
    fi
    say "Installing $* ..."
    guard=/usr/sbin/policy-rc.d # makes package scripts start nothing
    placed=
    if [ ! -e $guard ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee $guard >/dev/null
        as_root chmod 755 $guard
        placed=1
    fi
    trap '[ -z "$placed" ] || as_root rm -f $guard' EXIT
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
    [ -z "$placed" ] || as_root rm -f $guard
    placed=
}

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "Python 3.11 or newer is needed"; exit 1; }

as_locked() { for lock in requirements*.lock; do cmp -s "$lock" ".venv/$lock" || return 1; done; }

if [ ! -x .venv/bin/python ] || ! as_locked; then
    "$python" -c 'import ensurepip' 2>/dev/null || install_packages python3-venv
    say "Installing Python packages ..."
    "$python" -m venv --clear .venv
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock \
        -r requirements-train.lock
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
    cp requirements.lock requirements-train.lock .venv/
fi

.venv/bin/python deploy/web_assets.py

if [ "${1:-}" = servers ]; then
    missing=
    [ -x /usr/lib/rabbitmq/bin/rabbitmqctl ] || command -v rabbitmq-server >/dev/null || missing="$missing rabbitmq-server"
    ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || missing="$missing postgresql"
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
        missing="$missing chromium"
    fonts=$(fc-list :lang=zh-cn family 2>/dev/null || true)
    [ -n "$fonts" ] || missing="$missing fontconfig fonts-noto-cjk"
    # shellcheck disable=SC2086 # a list of words is meant
    [ -z "$missing" ] || install_packages $missing
fi
