"""Working calendars as data, and the arithmetic of working time that everybody shares."""
