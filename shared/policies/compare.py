"""What differs between two policies, path by path. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from shared.clock import format_time
from shared.policies.model import Policy


@dataclass(frozen=True)
class Difference:
    """`path` as in `types[complaint].lead`; old is None for what was added, new for what was removed.

    change `moved`: the same members in another order, where old and new are their codes.
    """

    path: str
    change: Literal["added", "removed", "changed", "moved"]
    old: Any
    new: Any


def as_document(policy: Policy) -> dict[str, Any]:
    """The policy as plain data, what was left out included; times in RFC 3339."""
    document = asdict(policy)
    document.pop("sha256")
    plain: dict[str, Any] = _plain(document)
    return plain


def differences(old: Policy, new: Policy) -> list[Difference]:
    """All differences, in the order of the document."""
    return list(_between("", as_document(old), as_document(new)))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return format_time(value) if isinstance(value, datetime) else value


def _between(path: str, old: Any, new: Any) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _members(path, old, new, "{}.{}" if path else "{}{}")
        return
    if isinstance(old, list) and isinstance(new, list):
        before, after = _named(old), _named(new)
        if before is not None and after is not None:
            yield from _members(path, before, after, "{}[{}]")
            kept = [[name for name in one if name in other] for one, other in ((before, after), (after, before))]
            if kept[0] != kept[1]:
                yield Difference(path, "moved", *kept)
            return
    yield Difference(path, "changed", old, new)


def _members(path: str, old: Mapping[str, Any], new: Mapping[str, Any], form: str) -> Iterator[Difference]:
    for name in dict.fromkeys([*old, *new]):
        where = form.format(path, name)
        if name not in new:
            yield Difference(where, "removed", old[name], None)
        elif name not in old:
            yield Difference(where, "added", None, new[name])
        else:
            yield from _between(where, old[name], new[name])


def _named(items: Sequence[Any]) -> dict[str, Any] | None:
    """The members by what they are called; None when they are no parts of a policy, or two are called the same."""
    names = [_name(one) for one in items]
    if None in names or len(set(names)) < len(names):
        return None
    return dict(zip((str(name) for name in names), items, strict=True))


def _name(one: Any) -> str | None:
    if not isinstance(one, dict):
        return None
    if "audience" in one and "kind" in one and "code" not in one:
        return f"{one['kind']} to {one['audience']}"
    return next((str(one[key]) for key in ("code", "id", "name", "value") if key in one), None)
