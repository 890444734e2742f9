"""Running and checking an installation: homes and keys, private servers, the runner, the demo, the ledger, quiet."""
