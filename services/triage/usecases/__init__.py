"""What triage does; each takes a session and never commits."""
