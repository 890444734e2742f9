"""Reporting's answers and queries."""
