"""Alembic's entry for triage."""

from shared.migrate import run_env

run_env("triage")
