"""Versions of policies and calendars that an installation knows: kept in every service's database, told by triage."""
