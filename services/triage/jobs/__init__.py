"""What triage does by itself as time passes."""
