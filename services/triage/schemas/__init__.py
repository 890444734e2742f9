"""What comes in and goes out over HTTP and with commands."""
