"""NETCONF of IOS-XR: the configuration as command lines, a candidate per session, commits."""

from __future__ import annotations

from collections.abc import Mapping

from netmod.lab.device import Device
from netmod.lab.fabric import Fabric
from netmod.lab.iosxr.operational import state
from netmod.lab.iosxr.system import VERSION, configuration
from netmod.lab.iosxr.target import (
    CommitRefused,
    confirm,
    iosxr_tree,
    put_in_force,
    roll_back,
    try_out,
    verify,
)
from netmod.lab.iosxr.tree import Author, IosxrTree
from netmod.lab.netconf import BASE_10, BASE_11, NetconfSession
from netmod.lab.netconf_agent import CandidateAgent, Confirmation, Locks, Operation
from netmod.lab.netconf_xml import (
    Element,
    RpcError,
    child,
    children,
    element,
    local,
    number,
    select,
    text_of,
)
from netmod.lab.statements import Statement

_YANG = "http://cisco.com/ns/yang/Cisco-IOS-XR-"
_CLI = _YANG + "cli-cfg"
_DIFF = _YANG + "cli-diff-act"
_CAPABILITY = "urn:ietf:params:netconf:capability:"


class IosxrAgent(CandidateAgent):
    """One session on one device; nobody else sees its candidate."""

    capabilities = (
        BASE_10,
        BASE_11,
        f"{_CAPABILITY}candidate:1.0",
        f"{_CAPABILITY}confirmed-commit:1.1",
        f"{_CAPABILITY}rollback-on-error:1.0",
        f"{_CAPABILITY}validate:1.1",
        f"{_CLI}?module=Cisco-IOS-XR-cli-cfg",
    )

    def __init__(self, device: Device, fabric: Fabric, user: str, number: int) -> None:
        super().__init__(device, fabric, user, number)
        self._base: Statement | None = None
        self._candidate: IosxrTree | None = None
        self._author = Author(user, f"netconf_{number}", "NETCONF")

    def operations(self) -> Mapping[str, Operation]:
        return {
            "get-cli-config-diff": self._difference,
            "roll-back-configuration-last": self._roll_back,
        }

    # --- RFC 6241

    @property
    def locks(self) -> Locks:
        return self._tree.commits.locks

    def state(self, filters: list[Element]) -> list[Element]:
        return select(filters, state(self.device, self.fabric))

    def shown(self, source: str, filters: list[Element] | None) -> list[Element]:
        tree = self._edited() if source == "candidate" else self._tree
        lines = configuration(self.device, tree)
        text = "".join(line + "\n" for line in ["", *lines, ""])
        whole = [element("cli", text=text, namespace=_CLI)]
        return whole if filters is None else select(filters, whole)

    def edit(self, config: Element, *, replace: bool) -> None:
        tree = self._tree.empty() if replace else self._edited().copy()
        for one in children(config):
            if local(one) != "cli":
                raise RpcError(
                    "unknown-element", "only cli is known", info={"bad-element": local(one)}
                )
            rejected = tree.load(one.text or "")
            if rejected:
                number, line = rejected[0]
                raise RpcError(
                    "operation-failed",
                    f"line {number}: {line}\n!!% Invalid input detected",
                    kind="application",
                    info={"bad-element": line},
                )
        self._begin()
        self._candidate = tree

    def discard(self) -> None:
        self._base = self._candidate = None

    def may_lock_candidate(self) -> None:
        """The candidate is the session's own: what others edit does not matter."""

    def check(self) -> None:
        try:
            verify(self._merged().root)
        except CommitRefused as refused:
            raise _refusal(refused) from None

    def commit(self, confirmation: Confirmation | None, persist_id: str | None) -> None:
        self._check_trial(persist_id)
        before = self._tree.root
        try:
            put_in_force(self.device, self._merged().root, self._author)
        except CommitRefused as refused:
            raise _refusal(refused) from None
        self.discard()
        if confirmation is None:
            confirm(self.device)
            return
        session = None if confirmation.persist is not None else self.number
        try_out(
            self.device,
            before,
            confirmation.seconds,
            session=session,
            persist=confirmation.persist,
        )

    def cancel(self, persist_id: str | None) -> bool:
        self._check_trial(persist_id)
        waits = self._tree.commits.trial is not None
        self._tree.take_back(self.device.lab_now())
        return waits

    def leave(self) -> None:
        trial = self._tree.commits.trial
        if trial is not None and trial.session == self.number:
            self._tree.take_back(self.device.lab_now())

    # --- IOS-XR's own

    @property
    def _tree(self) -> IosxrTree:
        return iosxr_tree(self.device)

    def _begin(self) -> None:
        if self._base is None:
            self._base = self._tree.root

    def _edited(self) -> IosxrTree:
        return self._tree if self._candidate is None else self._candidate

    def _merged(self) -> IosxrTree:
        """What runs with the changes of this session: another one may have committed since."""
        tree = self._tree.copy()
        if self._candidate is not None and self._base is not None:
            tree.apply(list(tree.edits(self._base, self._candidate.root)))
        return tree

    def _check_trial(self, persist_id: str | None) -> None:
        """Raises `RpcError` where a trial is not this session's to confirm or to take back."""
        trial = self._tree.commits.trial
        waiting = None if trial is None else trial.persist
        if persist_id is not None and persist_id != waiting:
            raise RpcError(
                "invalid-value", "no commit waits for this id", info={"bad-element": "persist-id"}
            )
        if waiting is not None and persist_id is None:
            raise RpcError("invalid-value", "a commit waits that persist-id confirms")
        if trial is not None and trial.session not in (None, self.number):
            raise RpcError("in-use", f"a commit of session {trial.session} waits")

    def _difference(self, _: Element) -> list[Element]:
        lines = [
            "",
            "Building configuration...",
            f"!! IOS XR Configuration {VERSION}",
            *self._tree.difference_lines(self._tree.root, self._merged().root),
            "end",
            "",
        ]
        text = "".join(line + "\n" for line in lines)
        return [element("cli-config-diff-response", text=text, namespace=_DIFF)]

    def _roll_back(self, operation: Element) -> list[Element]:
        for name in ("candidate", "running"):
            self.locks.check(name, self.number)
        count = number(text_of(operation, "count")) if child(operation, "count") is not None else 1
        try:
            done = roll_back(self.device, count or 0, Author(self.user, client="Rollback"))
        except CommitRefused as refused:
            raise _refusal(refused) from None
        if not done:
            raise RpcError("invalid-value", "there are not as many commits", kind="application")
        return []


def _refusal(refused: CommitRefused) -> RpcError:
    return RpcError("operation-failed", "\n".join(refused.lines), kind="application")


def open_netconf(device: Device, fabric: Fabric, user: str, _: str) -> NetconfSession:
    """A NETCONF session on an IOS-XR device."""
    number = device.sessions.number()
    return NetconfSession(IosxrAgent(device, fabric, user, number), device.sessions, number)
