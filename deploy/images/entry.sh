#!/bin/sh
# prepare-home: secrets and definitions; migrate-all: all databases; demandflow ...: an operator's verb;
# SERVICE PROCESS: one process of one service.
set -eu
home=/home/demandflow/home
case "$1" in
prepare-home) exec python -m shared.operations.containers "$home" /definitions ;;
migrate-all)
    for service in intake triage notifier reporting; do
        (set -a && . "$home/env/$service.env" && python -m "services.$service" migrate)
    done ;;
demandflow)
    shift
    exec demandflow --home "$home" "$@" ;;
*)
    service=$1; shift
    set -a && . "$home/env/$service.env" && set +a
    exec python -m "services.$service" "$@" ;;
esac
