"""Asks every service through the functions of its own cli module, found at run time, with its own settings."""

import importlib
from collections.abc import Mapping
from typing import Any

from shared.messaging.topology import SERVICES
from shared.operations.home import Home

Environments = Mapping[str, Mapping[str, str]]
"""Service -> its settings."""


def environments(home: Home) -> dict[str, dict[str, str]]:
    """The settings of all services of a home."""
    return {service: home.environment(service) for service in SERVICES}


def ask(function: str, settings: Environments) -> dict[str, dict[str, Any]]:
    """Service -> the answer of its function `facts` or `quiet`."""
    return {
        service: getattr(importlib.import_module(f"services.{service}.cli"), function)(environ)
        for service, environ in settings.items()
    }
