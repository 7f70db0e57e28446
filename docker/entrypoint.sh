#!/bin/sh
# Starts one part of the system: web, worker, clock, or any other `guicheng` command.
# `prepare` brings the database up to date and loads what the owners' folder holds; it runs once, before the parts.
set -eu

if [ "${1:-web}" = prepare ]; then
    guicheng migrate
    guicheng load-organisations
    # shellcheck disable=SC2046  # one argument per folder; names of procedures hold no spaces
    exec guicheng deploy $(dirname "$BPMN"/*/procedure.yaml)
fi
exec guicheng "$@"
