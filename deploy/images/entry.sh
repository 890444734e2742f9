#!/bin/sh
# prepare-home: secrets, settings and definitions; demandflow ...: an operator's verb; alive SERVICE web|worker: whether
# that process of this container answers; SERVICE PROCESS: one process of one service.
set -eu
home=/home/demandflow/home

load() { # each line as it stands: a value may hold blanks and signs that the shell would read
    while IFS= read -r line; do export "$line"; done <"$home/env/$1.env"
}

case "$1" in
prepare-home) exec python -m shared.operations.containers "$home" /handed ;;
demandflow)
    shift
    exec demandflow --home "$home" "$@" ;;
alive)
    load "$2"
    exec python -m shared.liveness "$2" "$3" ;;
*)
    service=$1; shift
    load "$service"
    exec python -m "services.$service" "$@" ;;
esac
