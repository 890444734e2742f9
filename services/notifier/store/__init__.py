"""Every SELECT and INSERT of the notifier."""
