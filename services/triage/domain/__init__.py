"""Pure rules of triage: no database, no clock, no logging."""
