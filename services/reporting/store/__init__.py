"""Every SELECT and INSERT of reporting."""
