"""What reporting does; each takes a session and never commits."""
