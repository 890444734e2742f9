"""Alembic's entry for notifier."""

from shared.migrate import run_env

run_env("notifier")
