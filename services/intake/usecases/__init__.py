"""What intake does; each takes a session and never commits."""
