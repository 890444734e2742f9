"""Reporting's rules, without I/O."""
