"""Pure rules of intake: no database, no clock, no logging."""
