"""Alembic's entry for reporting."""

from shared.migrate import run_env

run_env("reporting")
