"""Every SELECT and INSERT of intake."""
