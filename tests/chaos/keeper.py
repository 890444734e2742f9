"""Keeps processes alive, and arms each start with the next crash point of its list."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shared.operations.home import ROOT


@dataclass
class Kept:
    """One process: how it is started, and which crash points it has yet to die at."""

    command: list[str]
    environment: dict[str, str]
    points: list[str] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None


class Keeper:
    """Starts everything; whoever died, or whose armed point was hit in a child, is started anew."""

    def __init__(
        self,
        processes: Mapping[str, tuple[list[str], dict[str, str]]],
        points: Mapping[str, Sequence[str]],
        directory: Path,
    ) -> None:
        self._kept = {
            name: Kept(command, environment, list(points.get(name, ())))
            for name, (command, environment) in processes.items()
        }
        self._directory = directory
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Keeper":
        for name in self._kept:
            self._start(name)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)
        for kept in self._kept.values():
            self._signal(kept, signal.SIGTERM)
        for kept in self._kept.values():
            self._reap(kept)

    def hit(self) -> set[str]:
        """The crash points at which a process died."""
        return {path.name for path in self._directory.glob("*.*") if path.suffix != ".log"}

    def left(self) -> list[str]:
        """The crash points nobody died at yet."""
        return [point for kept in self._kept.values() for point in kept.points if point not in self.hit()]

    def kill(self, name: str) -> None:
        """kill -9 of one process; it is started again."""
        self._signal(self._kept[name], signal.SIGKILL)

    def _watch(self) -> None:
        while not self._stop.wait(0.05):
            for name, kept in self._kept.items():
                assert kept.process is not None
                if kept.points and kept.points[0] in self.hit():
                    kept.points.pop(0)  # the child that died has a parent that would start it armed again
                    self._signal(kept, signal.SIGTERM)
                    self._reap(kept)
                    self._start(name)
                elif kept.process.poll() is not None:
                    self._start(name)

    def _start(self, name: str) -> None:
        kept = self._kept[name]
        environment = dict(kept.environment)
        if kept.points:
            point = kept.points[0]
            environment |= {"CRASH_AT": point, "CRASH_ONCE_FILE": str(self._directory / point)}
        with (self._directory / f"{name}.log").open("ab") as log:
            kept.process = subprocess.Popen(
                kept.command, env=environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True
            )

    def _signal(self, kept: Kept, number: signal.Signals) -> None:
        assert kept.process is not None
        try:
            if number is signal.SIGKILL:
                os.killpg(kept.process.pid, number)
            else:
                kept.process.send_signal(number)
        except ProcessLookupError:
            return

    def _reap(self, kept: Kept) -> None:
        assert kept.process is not None
        try:
            kept.process.wait(12)
        except subprocess.TimeoutExpired:
            self._signal(kept, signal.SIGKILL)
            kept.process.wait(5)
