"""Triage's pages: the log-in of all pages."""
