"""Alembic's entry for intake."""

from shared.migrate import run_env

run_env("intake")
