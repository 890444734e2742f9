"""Crash points, kills and planted faults against a whole installation."""
