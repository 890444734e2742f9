"""Tests of shared.privacy."""
