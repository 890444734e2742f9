"""What two or more services use: messaging, HTTP, policies, calendars, privacy. Never a business rule."""
