"""Pure rules of the notifier: no database, no clock, no logging."""
