"""Flows through real services."""
