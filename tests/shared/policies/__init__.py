"""Tests of shared.policies."""
