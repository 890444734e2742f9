"""Helpers for tests that meet real servers; never imported by a service."""
