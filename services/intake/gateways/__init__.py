"""What intake reaches outside itself."""
