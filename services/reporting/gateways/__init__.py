"""The world outside: intake's vault, the archive's disk, office documents."""
