"""A command that was stopped from outside and has kept what it did."""

from __future__ import annotations

from app.defaults import INTERRUPTED

__all__ = ["Stopped", "status_of"]


class Stopped(Exception):
    """The command was stopped from outside and can be continued where it stopped. `status` is that of the process."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


def status_of(stop: KeyboardInterrupt | SystemExit) -> int:
    """Status of a process that ends by this: 130 after Ctrl-C."""
    return int(stop.code or 0) if isinstance(stop, SystemExit) else INTERRUPTED
