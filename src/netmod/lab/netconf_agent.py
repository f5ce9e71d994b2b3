"""The operations that RFC 6241 gives every device with a candidate, over what an OS keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from netmod.lab.device import Device
from netmod.lab.fabric import Fabric
from netmod.lab.netconf_xml import (
    Element,
    RpcError,
    child,
    children,
    element,
    local,
    number,
    text_of,
)

Operation = Callable[[Element], list[Element]]

_DEFAULT_SECONDS = 600
_LONGEST_SECONDS = 4_294_967_295


@dataclass(slots=True)
class Locks:
    """Which session has locked which datastore, by the datastore's name."""

    owners: dict[str, int] = field(default_factory=dict)

    def check(self, name: str, session: int) -> None:
        """Raises `RpcError` where another session holds the lock."""
        owner = self.owners.get(name, session)
        if owner != session:
            raise RpcError("in-use", f"the {name} configuration is locked by session {owner}")

    def release(self, session: int) -> None:
        """Let go of all that a session holds."""
        self.owners = {name: one for name, one in self.owners.items() if one != session}


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`<confirmed/>` of a commit: until when it waits, and what confirms it from elsewhere."""

    seconds: int
    persist: str | None


class CandidateAgent(ABC):
    """An `Agent` with candidate and confirmed commit; the OS says what is behind them."""

    capabilities: Sequence[str] = ()
    namespaces: Mapping[str, str] = {}

    def __init__(self, device: Device, fabric: Fabric, user: str, number: int) -> None:
        self.device = device
        self.fabric = fabric
        self.user = user
        self.number = number
        self._operations: dict[str, Operation] = {
            "get": self._get,
            "get-config": self._get_config,
            "edit-config": self._edit_config,
            "copy-config": self._copy_config,
            "discard-changes": self._discard_changes,
            "validate": self._validate,
            "lock": self._lock,
            "unlock": self._unlock,
            "commit": self._commit,
            "cancel-commit": self._cancel_commit,
            **self.operations(),
        }

    def perform(self, operation: Element) -> list[Element]:
        """Do an operation. Raises `RpcError` or `RpcErrors`."""
        _ = self.device.view  # what was due until now has happened
        handler = self._operations.get(local(operation))
        if handler is None:
            raise self.unknown(operation)
        return handler(operation)

    def end(self) -> None:
        """Let go of what the session holds."""
        self.locks.release(self.number)
        self.leave()

    # --- what an OS brings

    @property
    @abstractmethod
    def locks(self) -> Locks:
        """The locks of the device."""

    def operations(self) -> Mapping[str, Operation]:
        """Operations of the vendor's own."""
        return {}

    def unknown(self, operation: Element) -> RpcError:
        """The words for an operation that there is none of."""
        where = {"bad-element": local(operation)}
        return RpcError("operation-not-supported", "no such operation", info=where)

    @abstractmethod
    def state(self, filters: list[Element]) -> list[Element]:
        """What `get` finds."""

    @abstractmethod
    def shown(self, source: str, filters: list[Element] | None) -> list[Element]:
        """A datastore; all of it where there is no filter."""

    @abstractmethod
    def edit(self, config: Element, *, replace: bool) -> None:
        """Put statements into the candidate, all or none of them; `replace` empties it before.

        Raises `RpcError`.
        """

    @abstractmethod
    def discard(self) -> None:
        """The candidate is what runs."""

    @abstractmethod
    def may_lock_candidate(self) -> None:
        """Raises `RpcError` where nobody may lock the candidate as it is."""

    @abstractmethod
    def check(self) -> None:
        """Raises `RpcError` or `RpcErrors` where the candidate cannot be committed."""

    @abstractmethod
    def commit(self, confirmation: Confirmation | None, persist_id: str | None) -> None:
        """Put the candidate in force, or confirm what waits. Raises as `check` does."""

    @abstractmethod
    def cancel(self, persist_id: str | None) -> bool:
        """Take back what waits to be confirmed; False where nothing does. Raises `RpcError`."""

    @abstractmethod
    def leave(self) -> None:
        """The session is over: take back what waits for its confirmation."""

    # --- the operations

    def _get(self, operation: Element) -> list[Element]:
        filters = child(operation, "filter")
        return [element("data", *self.state(children(filters)))]

    def _get_config(self, operation: Element) -> list[Element]:
        source = _datastore(operation, "source", ("running", "candidate"))
        filters = child(operation, "filter")
        chosen = None if filters is None else children(filters)
        return [element("data", *self.shown(source, chosen))]

    def _edit_config(self, operation: Element) -> list[Element]:
        _datastore(operation, "target", ("candidate",))
        default = text_of(operation, "default-operation") or "merge"
        option = text_of(operation, "error-option") or "stop-on-error"
        test = text_of(operation, "test-option") or "test-then-set"
        if default not in ("merge", "replace", "none"):
            raise _wrong("default-operation", default)
        if option not in ("stop-on-error", "continue-on-error", "rollback-on-error"):
            raise _wrong("error-option", option)
        if test not in ("test-then-set", "set", "test-only"):
            raise _wrong("test-option", test)
        config = child(operation, "config")
        if config is None:
            raise RpcError("missing-element", "config is missing", info={"bad-element": "config"})
        self.locks.check("candidate", self.number)
        self.edit(config, replace=default == "replace")
        return []

    def _copy_config(self, operation: Element) -> list[Element]:
        _datastore(operation, "target", ("candidate",))
        self.locks.check("candidate", self.number)
        config = child(child(operation, "source"), "config")
        if config is not None:
            self.edit(config, replace=True)
        elif _datastore(operation, "source", ("running", "candidate")) == "running":
            self.discard()
        return []

    def _discard_changes(self, _: Element) -> list[Element]:
        self.locks.check("candidate", self.number)
        self.discard()
        return []

    def _validate(self, operation: Element) -> list[Element]:
        if _datastore(operation, "source", ("candidate", "running")) == "candidate":
            self.check()
        return []

    def _lock(self, operation: Element) -> list[Element]:
        name = _datastore(operation, "target", ("candidate", "running"))
        owner = self.locks.owners.get(name)
        if owner is not None:
            raise RpcError(
                "lock-denied", "the lock is held already", info={"session-id": str(owner)}
            )
        if name == "candidate":
            self.may_lock_candidate()
        self.locks.owners[name] = self.number
        return []

    def _unlock(self, operation: Element) -> list[Element]:
        name = _datastore(operation, "target", ("candidate", "running"))
        if self.locks.owners.get(name) != self.number:
            raise RpcError("operation-failed", "the session does not hold the lock")
        del self.locks.owners[name]
        return []

    def _commit(self, operation: Element) -> list[Element]:
        for name in ("candidate", "running"):
            self.locks.check(name, self.number)
        persist_id = child(operation, "persist-id")
        self.commit(_confirmation(operation), None if persist_id is None else text_of(persist_id))
        return []

    def _cancel_commit(self, operation: Element) -> list[Element]:
        persist_id = child(operation, "persist-id")
        if not self.cancel(None if persist_id is None else text_of(persist_id)):
            raise RpcError("operation-failed", "no commit waits for its confirmation")
        return []


def _confirmation(operation: Element) -> Confirmation | None:
    if child(operation, "confirmed") is None:
        return None
    seconds, persist = _DEFAULT_SECONDS, child(operation, "persist")
    if child(operation, "confirm-timeout") is not None:
        text = text_of(operation, "confirm-timeout")
        value = number(text)
        if value is None or not 1 <= value <= _LONGEST_SECONDS:
            raise _wrong("confirm-timeout", text)
        seconds = value
    return Confirmation(seconds, None if persist is None else text_of(persist))


def _datastore(operation: Element, name: str, known: tuple[str, ...]) -> str:
    """The datastore that an operation names as its source or target. Raises `RpcError`."""
    below = children(child(operation, name))
    if not below:
        raise RpcError("missing-element", f"{name} is missing", info={"bad-element": name})
    found = local(below[0])
    if found not in known:
        raise RpcError("invalid-value", f"{name} cannot be {found}", info={"bad-element": found})
    return found


def _wrong(name: str, value: str) -> RpcError:
    return RpcError("invalid-value", f"{name} cannot be {value!r}", info={"bad-element": name})
