"""Notifier over HTTP."""
