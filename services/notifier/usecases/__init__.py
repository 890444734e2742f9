"""What the notifier does; each takes a session and never commits."""
