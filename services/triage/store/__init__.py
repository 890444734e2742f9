"""Every SELECT and INSERT of triage."""
