"""What the notifier does by itself as time passes."""
