"""What services tell one another: the catalogue of events and the shape of those that are published today."""
