"""Configuration from the environment, read once, all errors reported together."""

from collections.abc import Mapping
from pathlib import Path


class ConfigError(Exception):
    """The environment lacks something or holds something unusable; the message lists all of it."""


class Env:
    """Reads typed settings and collects errors; call finish() after the last one."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.errors: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        """A setting as text; missing without a default is an error."""
        value = self._environ.get(name, "")
        if value:
            return value
        if default is None:
            self.errors.append(f"{name} is missing")
            return ""
        return default

    def integer(self, name: str, default: int | None = None) -> int:
        """A setting as a whole number."""
        value = self.text(name, None if default is None else str(default))
        try:
            return int(value or "0")
        except ValueError:
            self.errors.append(f"{name} is not a whole number")
            return 0

    def secret(self, name: str, default: str | None = None) -> str:
        """A secret from NAME, or from the file that NAME_FILE names (trailing newline dropped)."""
        source = self._environ.get(f"{name}_FILE", "")
        if not source:
            return self.text(name, default)
        try:
            return Path(source).read_text("utf-8").strip()
        except OSError as error:
            self.errors.append(f"{name}_FILE cannot be read: {error.strerror}")
            return ""

    def path(self, name: str, default: str | None = None) -> Path:
        """A setting as a path."""
        return Path(self.text(name, default))

    def addresses(self) -> dict[str, str]:
        """Service -> where browsers reach it, from DEMANDFLOW_PUBLIC_URLS: addresses that end in the service's name."""
        urls = self.text("DEMANDFLOW_PUBLIC_URLS", "").split()
        return {url.rstrip("/").rpartition("/")[2]: url.rstrip("/") for url in urls}

    def finish(self) -> None:
        """Raise ConfigError naming every error found so far."""
        if self.errors:
            raise ConfigError("; ".join(self.errors))
