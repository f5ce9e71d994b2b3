"""Tables for the terminal. They lay out what a job returns and compute nothing."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from netmod.facts import FactsDocument, HostFacts, LinkEndFact, Source
from netmod.inventory import Explained, Link, ManagedEnd

if TYPE_CHECKING:
    from netmod.devices import Collection


class _Console(Console):
    """Leaves a closed pipe to `_run`; rich itself would exit with 1, which means findings."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    """Standard output; colours only on a terminal, wide lines where none sets a width."""
    wide = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 160
    return _Console(highlight=False, width=wide)


def print_json(value: object) -> None:
    """A value of plain types as JSON on standard output."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A plain table; values are shown as text and never interpreted as markup."""
    result = Table(
        title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold"
    )
    for column in columns:
        result.add_column(column, overflow="fold")
    for row in rows:
        result.add_row(*(Text("" if value is None else str(value)) for value in row))
    return result


def print_facts(document: FactsDocument, *, lines: Mapping[str, Sequence[str]] | None) -> None:
    """Hosts and their link ends; with `lines` (file → its lines) also where each stands."""
    out = console()
    for name, host in document.hosts.items():
        out.print(Text(name, style="bold"), Text(_host_line(host)))
        if host.link_ends:
            rows = [_end_row(end) for end in host.link_ends]
            out.print(table("", ("interface", "state", "technology", "cipher", "why"), rows))
        if lines is not None:
            for end in host.link_ends:
                for text in _explanations(end, lines):
                    out.print(Text(text))
        for warning in host.warnings:
            out.print(Text(f"  warning: {warning}"))
        out.print()
    for warning in document.warnings:
        out.print(Text(f"warning: {warning}"))


def _host_line(host: HostFacts) -> str:
    version = host.version
    parts = [host.platform or "platform unknown", version.version, version.model]
    counts = [
        (len(host.link_ends), "link ends"),
        (len(host.neighbors), "neighbours"),
        (len(host.key_chains), "key chains"),
    ]
    parts += [f"{count} {what}" for count, what in counts if count]
    return "  " + ", ".join(part for part in parts if part)


def _end_row(end: LinkEndFact) -> tuple[object, ...]:
    why = f"{end.why} [{', '.join(end.weaknesses)}]" if end.weaknesses else end.why
    return end.interface, end.state, end.technology, end.cipher or end.transform, why


def _explanations(end: LinkEndFact, lines: Mapping[str, Sequence[str]]) -> Iterator[str]:
    yield f"  {end.interface}: {end.state}"
    for source in end.sources:
        yield from _quoted(source, lines.get(source.file, ()))


def _quoted(source: Source, lines: Sequence[str]) -> Iterator[str]:
    yield f"    {source.file} ({source.command})"
    for number in source.lines:
        if 0 < number <= len(lines):
            yield f"    {number:>6} | {lines[number - 1].rstrip()}"


def link_row(link: Link) -> tuple[object, ...]:
    """A declared link as a row: id, layer, ends, capacity, who encrypts, status."""
    ends = [
        f"{end.device} {end.interface}" if isinstance(end, ManagedEnd) else end.supplier
        for end in link.ends
    ]
    return link.id, link.layer, *ends, _capacity(link.capacity), link.encrypted_by, link.status


def explained_row(one: Explained) -> tuple[object, ...]:
    """A value of a device as a row: key, value, who gives it, where it stands, what it hides."""
    if isinstance(one.value, list):
        words = [value for value in one.value if isinstance(value, str)]
        plain = len(words) == len(one.value)
        value = ", ".join(words) if plain else f"{len(one.value)} entries"
    else:
        value = "" if one.value is None else json.dumps(one.value, ensure_ascii=False).strip('"')
    return one.key, value, one.level, one.where, ", ".join(one.hides)


def _capacity(bits_per_second: int) -> str:
    for unit, size in (("T", 10**12), ("G", 10**9), ("M", 10**6)):
        if bits_per_second >= size and bits_per_second % (size // 10) == 0:
            return f"{bits_per_second / size:g}{unit}"
    return str(bits_per_second)


def print_failures(collection: Collection) -> None:
    """How many devices were collected, and for each that was not, why and what to do."""
    failed = collection.failed
    done = len(collection.statuses) - len(failed)
    typer.echo(f"collected {done} of {len(collection.statuses)} devices", err=True)
    for status in failed:
        typer.echo(f"  {status.host}: {status.message}", err=True)
        if status.hint:
            typer.echo(f"    hint: {status.hint}", err=True)
