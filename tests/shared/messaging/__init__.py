"""The messaging core on real brokers and databases."""
