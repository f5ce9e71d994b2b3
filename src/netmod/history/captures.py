"""Captures, compressed and by their content: an output that did not change costs a row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import zstandard
from sqlalchemy import Connection, Engine, Row, insert, select

from netmod.errors import HistoryError
from netmod.evidence import Capture
from netmod.history import tables

_LEVEL = 3
_AT_ONCE = 256
_C, _B = tables.captures, tables.blobs


def keep(writer: Engine, run: str, captures: Iterable[Capture]) -> int:
    """Store the captures of a run, some hundred in each transaction; how many were new contents.

    What is stored already is left as it is, so that a run that was killed goes on.
    """
    pack, waiting, new = zstandard.ZstdCompressor(level=_LEVEL), iter(captures), 0
    with writer.connect():  # whoever closes the last connection writes the log into the database
        while chunk := list(islice(waiting, _AT_ONCE)):
            contents, rows = _rows(run, chunk)
            with writer.begin() as connection:
                new += _store(connection, run, contents, rows, pack)
    return new


def _rows(run: str, chunk: Iterable[Capture]) -> tuple[dict[str, bytes], list[dict[str, object]]]:
    """Contents by their hash, and a row for each capture."""
    contents: dict[str, bytes] = {}
    rows: list[dict[str, object]] = []
    for capture in chunk:
        content = capture.text.encode(errors="replace")
        digest = hashlib.sha256(content).hexdigest()
        contents[digest] = content
        rows.append(
            {
                "run": run,
                "host": capture.host,
                "file": capture.file,
                "command": capture.command,
                "captured_at": capture.captured_at,
                "source_sha256": capture.sha256,
                "sha256": digest,
            }
        )
    return contents, rows


def _store(
    connection: Connection,
    run: str,
    contents: dict[str, bytes],
    rows: list[dict[str, object]],
    pack: zstandard.ZstdCompressor,
) -> int:
    known = select(_B.c.sha256).where(_B.c.sha256.in_(contents))
    missing = contents.keys() - set(connection.execute(known).scalars())
    if missing:
        connection.execute(
            insert(_B),
            [
                {"sha256": one, "size": len(contents[one]), "content": pack.compress(contents[one])}
                for one in missing
            ],
        )
    files = [row["file"] for row in rows]
    there = select(_C.c.file).where(_C.c.run == run, _C.c.file.in_(files))
    done = set(connection.execute(there).scalars())
    if fresh := [row for row in rows if row["file"] not in done]:
        connection.execute(insert(_C), fresh)
    return len(missing)


def read(engine: Engine, run: str, host: str) -> Iterator[Capture]:
    """The captures of a host in a run, by the names of their files.

    Raises `HistoryError` with code `damaged` where a content is not what was stored.
    """
    query = (
        select(_C, _B.c.content, _B.c.size)
        .join(_B, _B.c.sha256 == _C.c.sha256)
        .where(_C.c.run == run, _C.c.host == host)
        .order_by(_C.c.file)
    )
    with engine.connect() as connection:
        rows: Sequence[Row[tuple[object, ...]]] = connection.execute(query).all()
    for row in rows:
        yield Capture(
            host=row.host,
            command=row.command,
            text=_content(row.content, row.size, row.sha256).decode(),
            file=row.file,
            sha256=row.source_sha256,
            captured_at=row.captured_at,
        )


def _content(packed: bytes, size: int, digest: str) -> bytes:
    try:
        content = zstandard.ZstdDecompressor().decompress(packed, max_output_size=size)
    except zstandard.ZstdError:
        content = None
    if content is None or hashlib.sha256(content).hexdigest() != digest:
        raise HistoryError(
            f"the stored capture {digest[:12]} is damaged",
            hint="restore the history from its copy; the snapshot may have it too",
            code="damaged",
        )
    return content
