"""Tests of shared.versions."""
