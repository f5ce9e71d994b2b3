"""What a commit of the archive holds: sorted into changed, unchanged, rejected; and its message."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from netmod.errors import HistoryError
from netmod.evidence import Operator
from netmod.history.backup import Backup, Refusal, refusal, same_but_times

BRANCH = "refs/heads/main"
REJECTED = "rejected"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")


@dataclass(frozen=True, slots=True)
class Rejection:
    """An output that did not become a backup; it lies at `rejected/<domain>/<host>.cfg`."""

    host: str
    reason: Refusal
    size: int
    previous_size: int


@dataclass(frozen=True, slots=True)
class Occasion:
    """Which run commits, when, who runs it, and why."""

    run: str
    at: datetime
    operator: Operator
    reason: str


@dataclass(slots=True)
class Sorted:
    """What is to be written, by path → object id, and what became of the hosts."""

    written: dict[str, str] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Last:
    """What the archive has: path → object id and size, and the contents on request."""

    tree: Mapping[str, tuple[str, int]]
    read: Callable[[str], bytes]

    def size(self, path: str) -> int:
        return self.tree[path][1] if path in self.tree else 0

    def has(self, path: str, name: str) -> bool:
        return path in self.tree and self.tree[path][0] == name

    def is_like(self, path: str, name: str, text: str) -> bool:
        """Whether nothing but times of printing differs."""
        if path not in self.tree or self.has(path, name):
            return path in self.tree
        last = self.read(self.tree[path][0]).decode(errors="replace")
        return same_but_times(last, text)


def sort(
    domain: str,
    backups: Iterable[Backup],
    found: Sorted,
    last: Last,
    confirmed: Collection[str],
) -> Iterator[bytes]:
    """The bytes of what has to be written, in the order of `found.written`."""
    seen: set[str] = set()
    for backup in backups:
        check_name(backup.host, "host")
        if backup.host in seen:
            raise ValueError(f"two configs of {backup.host} in one commit")
        seen.add(backup.host)
        path = f"{domain}/{backup.host}.cfg"
        content = backup.text.encode(errors="replace")
        name = object_id(content)
        size = last.size(path)
        reason = None
        if not last.has(path, name):
            reason = refusal(backup, previous_size=size, confirmed=backup.host in confirmed)
        target = f"{REJECTED}/{path}" if reason else path
        if reason:
            found.rejected.append(Rejection(backup.host, reason, len(content), size))
        elif f"{REJECTED}/{path}" in last.tree:
            found.deleted.append(f"{REJECTED}/{path}")
        if last.is_like(target, name, backup.text):
            found.unchanged += not reason
            continue
        if not reason:
            found.changed.append(backup.host)
        found.written[target] = name
        yield content


def remove_strangers(
    domain: str,
    found: Sorted,
    present: Mapping[str, tuple[str, int]],
    hosts: Collection[str],
) -> None:
    known = {f"{host}.cfg" for host in hosts}
    for path in present:
        folder, _, name = path.rpartition("/")
        if name in known or path in found.written or path in found.deleted:
            continue
        found.deleted.append(path)
        if folder == domain:
            found.removed.append(name.removesuffix(".cfg"))


def commit_command(domain: str, occasion: Occasion, found: Sorted) -> bytes:
    message = _message(domain, occasion, found).encode()
    when = f"{int(occasion.at.timestamp())} +0000"
    account, host = _ident(occasion.operator.account), _ident(occasion.operator.host)
    lines = (
        f"commit {BRANCH}",
        f"author {account} <{account}@{host}> {when}",
        f"committer netmod <netmod@{host}> {when}",
        f"data {len(message)}",
    )
    return "\n".join(lines).encode() + b"\n" + message + b"\n"


def _message(domain: str, occasion: Occasion, found: Sorted) -> str:
    person = occasion.operator
    claims = "".join(f", {name} {value}" for name, value in sorted(person.claims.items()))
    login = f", logged in as {person.login_account}" if person.login_account else ""
    trailers = [
        f"Run: {occasion.run}",
        f"Operator: {person.account} (uid {person.uid}) on {person.host}{login}{claims}",
        f"Tool: netmod {person.netmod}",
        *(
            f"Rejected: {one.host} {one.reason}, {one.size} bytes after {one.previous_size}"
            for one in found.rejected
        ),
        *(f"Removed: {host}" for host in found.removed),
    ]
    subject = f"{domain}: {len(found.changed)} configs changed"
    if found.rejected:
        subject += f", {len(found.rejected)} rejected"
    reason = occasion.reason.strip() or "no reason given"
    return f"{subject}\n\n{reason}\n\n" + "\n".join(trailers) + "\n"


def _ident(text: str) -> str:
    return re.sub(r"[<>\s\x00-\x1f]", "-", text) or "unknown"


def object_id(content: bytes) -> str:
    """Git's own name of a content."""
    digest = hashlib.sha1(b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def check_name(name: str, what: str) -> None:
    """It becomes a path, and a word in a command of git's."""
    if not _NAME.fullmatch(name) or ".." in name or name == REJECTED:
        raise HistoryError(
            f"{name!r} cannot be the name of a {what} in the archive",
            hint="letters, digits, dots and dashes",
            code="unknown",
        )
