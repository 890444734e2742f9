"""Tests of shared.calendars."""
