"""The archive of redacted configs: a bare git repository, one commit for each run and domain."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from netmod.errors import HistoryError
from netmod.history._commit import (
    BRANCH,
    REJECTED,
    Last,
    Occasion,
    Rejection,
    Sorted,
    check_name,
    commit_command,
    object_id,
    remove_strangers,
    sort,
)
from netmod.history._git import Git, failed
from netmod.history._lock import held
from netmod.history.backup import Backup

_MANY_PACKS = 20


@dataclass(frozen=True, slots=True)
class Stored:
    """What a run changed in the archive; `commit` None where nothing had to be committed."""

    domain: str
    commit: str | None
    changed: tuple[str, ...]
    unchanged: int
    rejected: tuple[Rejection, ...]
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """One commit in which a host's config changed."""

    commit: str
    at: datetime
    author: str
    subject: str


class Archive:
    """The archive at `path`, made when it is first written to; `remote` is pushed to, if given."""

    def __init__(self, path: Path, *, remote: str = "") -> None:
        self.path = path
        self._remote = remote
        self._git = Git(path)

    def store(
        self,
        domain: str,
        backups: Iterable[Backup],
        occasion: Occasion,
        *,
        hosts: Collection[str] | None = None,
        confirmed: Collection[str] = (),
    ) -> Stored:
        """Commit what changed, and verify that the archive gives back what was written.

        One config is in memory at a time. `hosts` are all that the domain has: configs of others
        leave the tip and stay in the history. `confirmed` are hosts whose config may have shrunk.
        A process that waits for another's writing waits here.

        Raises `HistoryError` where git fails or what was written is not what can be read (the
        archive is then as it was), and with code `push` where it is committed and the remote does
        not have it; the next push brings it there.
        """
        check_name(domain, "domain")
        with held(self.path.with_name(f"{self.path.name}.lock")):
            self._make()
            before = self._tip()
            present = self._tree(before, domain) if before else {}
            found = Sorted()
            commit = self._commit(domain, backups, occasion, found, present, hosts, confirmed)
            if commit is not None:
                self._verify(found, before, commit)
                self._pack()
            if self._remote:
                self._push()
        return Stored(
            domain,
            commit,
            tuple(found.changed),
            found.unchanged,
            tuple(found.rejected),
            tuple(found.removed),
        )

    def config(self, domain: str, host: str, revision: str = BRANCH) -> str:
        """A host's redacted config.

        Raises `HistoryError` with code `unknown` where none is kept.
        """
        check_name(domain, "domain")
        check_name(host, "host")
        if not re.fullmatch(r"[0-9a-f]{7,64}", revision) and revision != BRANCH:
            raise HistoryError(f"{revision!r} is no commit", hint="name its id", code="unknown")
        text = self._text(f"{domain}/{host}.cfg", revision)
        if text is None:
            raise HistoryError(
                f"the archive has no config of {host} in {domain}",
                hint="collect from it first; `git log -- rejected` shows refused outputs",
                code="unknown",
            )
        return text

    def rejected(self, domain: str, host: str) -> str | None:
        """The output of a host that did not become a backup; None where the last one did."""
        check_name(domain, "domain")
        check_name(host, "host")
        return self._text(f"{REJECTED}/{domain}/{host}.cfg", BRANCH)

    def _text(self, path: str, revision: str) -> str | None:
        tree = self._tree(revision, path) if self._made() and self._tip() else {}
        return next(self._git.objects([tree[path][0]])).decode() if path in tree else None

    def revisions(self, domain: str, host: str) -> tuple[Revision, ...]:
        """When a host's config changed, newest first; empty where the archive has none."""
        check_name(domain, "domain")
        check_name(host, "host")
        if not self._made() or self._tip() is None:
            return ()
        form = "--format=%H%x00%at%x00%an <%ae>%x00%s"
        lines = self._git.text("log", form, BRANCH, "--", f"{domain}/{host}.cfg").splitlines()
        fields = [line.split("\0") for line in lines]
        return tuple(
            Revision(commit, datetime.fromtimestamp(int(at), UTC), author, subject)
            for commit, at, author, subject in fields
        )

    def _made(self) -> bool:
        return (self.path / "HEAD").is_file()

    def _make(self) -> None:
        """Each time: where a kill left half of a repository, git adds what is missing."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        # git 3 makes SHA-256 repositories, which not every server takes a push from
        form = ("--object-format=sha1", "--initial-branch=main")
        self._git.run("init", "--quiet", "--bare", *form)

    def _tip(self) -> str | None:
        return self._git.text("for-each-ref", "--format=%(objectname)", BRANCH) or None

    def _tree(self, revision: str, *paths: str) -> dict[str, tuple[str, int]]:
        """Path → object id and size in bytes, of files at or below `paths` and rejected ones."""
        listed = self._git.run(
            "ls-tree", "-r", "-l", "-z", revision, "--", *paths, *(f"{REJECTED}/{p}" for p in paths)
        )
        tree = {}
        for entry in listed.decode().split("\0")[:-1]:
            told, path = entry.split("\t", 1)
            _, _, name, size = told.split()
            tree[path] = (name, int(size))
        return tree

    def _commit(
        self,
        domain: str,
        backups: Iterable[Backup],
        occasion: Occasion,
        found: Sorted,
        present: Mapping[str, tuple[str, int]],
        hosts: Collection[str] | None,
        confirmed: Collection[str],
    ) -> str | None:
        """Write through one `fast-import`, which moves the branch only when all of it is there."""
        with ExitStack() as stack:
            stream: IO[bytes] | None = None
            last = Last(present, stack.enter_context(self._git.reader()))
            for content in sort(domain, backups, found, last, confirmed):
                if stream is None:
                    stream = stack.enter_context(self._importing())
                mark = len(found.written)
                stream.write(b"blob\nmark :%d\ndata %d\n%b\n" % (mark, len(content), content))
            if hosts is not None:
                remove_strangers(domain, found, present, hosts)
            if not found.written and not found.deleted:
                return None
            if stream is None:
                stream = stack.enter_context(self._importing())
            stream.write(commit_command(domain, occasion, found))
            if self._tip():
                stream.write(b"from %s^0\n" % BRANCH.encode())
            for mark, path in enumerate(found.written, 1):
                stream.write(b"M 100644 :%d %s\n" % (mark, path.encode()))
            for path in found.deleted:
                stream.write(b"D %s\n" % path.encode())
            stream.write(b"\ndone\n")
        return self._tip()

    def _importing(self) -> AbstractContextManager[IO[bytes]]:
        return self._git.feeding("fast-import", "--quiet", "--done", "--depth=0")

    def _verify(self, found: Sorted, before: str | None, commit: str) -> None:
        """Take the branch back unless it gives back every byte that was written."""
        try:
            wrong = self._wrong(found, before, commit)
        except BaseException:
            self._take_back(before)
            raise
        if wrong:
            self._take_back(before)
            raise failed("commit", f"{', '.join(wrong[:3])}: not as written")

    def _wrong(self, found: Sorted, before: str | None, commit: str) -> list[str]:
        parents = self._git.text("rev-list", "--parents", "--max-count=1", commit).split()[1:]
        wrong = [] if parents == ([before] if before else []) else ["its parent"]
        tree = {path: name for path, (name, _) in self._tree(commit).items()}
        wrong += [path for path, name in found.written.items() if tree.get(path) != name]
        wrong += [path for path in found.deleted if path in tree]
        contents = self._git.objects(found.written.values())
        pairs = zip(found.written.items(), contents, strict=True)
        return wrong + [path for (path, name), content in pairs if object_id(content) != name]

    def _take_back(self, before: str | None) -> None:
        undo = ("update-ref", BRANCH, before) if before else ("update-ref", "-d", BRANCH)
        self._git.run(*undo)

    def _pack(self) -> None:
        """Each commit makes a pack; many small ones become one, the large ones stay."""
        if len(list((self.path / "objects" / "pack").glob("*.pack"))) > _MANY_PACKS:
            self._git.run("repack", "-d", "--quiet", "--geometric=2")

    def _push(self) -> None:
        tip = self._tip()
        if tip is None:
            return
        try:
            self._git.run("push", "--quiet", "--", self._remote, f"{BRANCH}:{BRANCH}")
            there = self._git.text("ls-remote", "--", self._remote, BRANCH).split()
        except HistoryError as error:
            raise _not_pushed(error.message) from None
        if there[:1] != [tip]:
            raise _not_pushed("the remote shows another commit than was pushed")


def _not_pushed(why: str) -> HistoryError:
    return HistoryError(
        f"the archive is committed here and not at its remote: {why}",
        hint="see whether the remote can be reached and has nobody else's commits; "
        "the next run pushes again",
        code="push",
    )
