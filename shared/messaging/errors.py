"""How a handler says what kind of trouble it met; any other exception is retried, then parked."""


class Waiting(Exception):
    """The event came before something it needs: it is held, and tried again without counting.

    reason: short and stable, such as "policy/C/2"; the operator sees it as `waiting:policy/C/2`.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Invalid(Exception):
    """The event can never be handled as it is: it is parked at once. code is stable, detail holds no values."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


class Unreadable(Exception):
    """A message whose envelope says not even which stream it belongs to."""


class TopologyMismatch(Exception):
    """A queue or exchange stands on the broker with other arguments than ours; starting is refused."""
