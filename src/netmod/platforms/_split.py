"""Captures → blocks: one command's output each, whatever was pasted into one file.

A file that is named after a command holds that command's output, unless prompts inside it say
otherwise. Lines that echo a command or are a prompt belong to no output. Where the same command
was captured twice, the last complete block wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from netmod.evidence import Capture
from netmod.platforms._observations import Block
from netmod.platforms._wrapped import unwrapped

_HOST = r"(?P<hostname>[A-Za-z0-9][\w.:/-]{0,80})"
PROMPT = re.compile(
    rf"""^\s?(?:RP/\d+/\w+/CPU\d+:|\S{{1,40}}@)?{_HOST}
    (?:\((?!config)[\w.-]+\))?[\#>]\s?
    (?:(?:RP/\d+/\w+/CPU\d+:|\S{{1,40}}@)?(?P=hostname)[\#>]\s?)*
    (?P<command>.*)$""",
    re.VERBOSE,
)
_SEPARATOR = re.compile(r"^[-=*#!\s]{3,}\s*(?P<command>show\s[\w\s./|:*-]+?)\s*[-=*#!\s]{3,}$")
_ECHO = re.compile(r"^\s*(?P<command>(?:admin )?sho?w?\s\S.{0,200}?)\s*$")
_JUNOS_STATE = re.compile(
    r"^(?:\{(?:master|backup|primary|secondary|linecard)[\w:]*\})?(?:\[edit(?P<path>[^\]]*)\])?$"
)
_JUNOS_CONFIGURES = re.compile(r"\s?\S{1,40}@[\w.:-]{1,80}#")
_VERBS = re.compile(
    r"(?:do |admin |run )?(?:sho?w?|display|terminal|exit|quit|end|conf|configure|dir|more|ping"
    r"|copy|set cli|enable|request|logout)\b"
)
_ABBREVIATIONS = {
    "sh": "show", "sho": "show", "ver": "version", "vers": "version", "run": "running-config",
    "running": "running-config", "int": "interface", "inter": "interface",
"inv": "inventory", "nei": "neighbors", "neigh": "neighbors",
    "neighbor": "neighbors", "neighbours": "neighbors", "det": "detail", "sess": "sessions",
    "conf": "configuration", "config": "configuration", "sum": "summary", "stat": "statistics",
    "stats": "statistics",
}  # fmt: skip
_HYPHENATED = {
    "running config": "running-config",
    "startup config": "startup-config",
    "security associations": "security-associations",
    "http commands": "http-commands",
}
_SLASHES = re.compile(r"\b([A-Za-z]+(?:-[A-Za-z]+)?)(\d+)((?:-\d+)+)")
_JUNOS_PORT = re.compile(r"\b([a-z]{2}-)(\d+)-(\d+)-(\d+)")


def normalise_command(command: str) -> str:
    """A command as readers expect it: abbreviated keywords written out, single spaces.

    In file names `-` stands for the `/` of interface names; where a slug cut an interface name
    into words, the words are dropped, so that no interface is guessed.
    """
    text = " ".join(command.split())
    for words, joined in _HYPHENATED.items():
        text = re.sub(rf"(?i)\b{words}\b", joined, text)
    text = _JUNOS_PORT.sub(r"\1\2/\3/\4", text)
    text = _SLASHES.sub(lambda found: found[1] + found[2] + found[3].replace("-", "/"), text)
    text = re.sub(r"(?i)(\binterface) [a-z-]+\d* \d[\d ]*(?=$|\s[a-z])", r"\1", text)
    head, tail = text.split(" ")[:4], text.split(" ")[4:]
    return " ".join([*(_ABBREVIATIONS.get(word.lower(), word) for word in head), *tail])


_IS_OUTPUT = re.compile(r"(?:admin )?show (?!running|startup|conf|derived)")


@dataclass(frozen=True, slots=True)
class _Cut:
    """A place where another command's output begins."""

    line: int
    command: str | None
    hostname: str | None = None


def split(capture: Capture) -> list[Block]:
    """The blocks of a capture, in order; without a command for text before the first prompt."""
    lines = capture.text.split("\n")
    named = normalise_command(capture.command) if capture.command else None
    cuts = list(_cuts(lines))
    hostname = next((cut.hostname for cut in cuts if cut.hostname), None)
    blocks: list[Block] = []
    first = _Cut(-1, named)
    answered = False
    for cut, following in zip([first, *cuts], [*cuts, None], strict=True):
        end = following.line if following else len(lines)
        body = lines[cut.line + 1 : end]
        command = cut.command
        if cut is not first and command is not None and named and _same(command, named):
            command = command if "interface" in command or not capture.exact else named
        has_content = any(line.strip() for line in body)
        if command is None and not has_content:
            continue
        if command is None and not answered:
            command = named
        answered = answered or has_content
        blocks.append(
            Block(
                command=command or "",
                lines=tuple(_without_state_lines(body)),
                file=capture.file,
                first_line=cut.line + 2,
                hostname=hostname,
            )
        )
    whole = _last_complete(_without_empty_head(blocks))
    return [unwrapped(block) if _IS_OUTPUT.match(block.command) else block for block in whole]


def _cuts(lines: Sequence[str]) -> Iterator[_Cut]:
    previous_content = False
    for index, line in enumerate(lines):
        if len(line) > 400:
            previous_content = True
            continue
        above = lines[index - 1] if index else ""
        found = _cut_at(index, line, above, at_start=not previous_content)
        if found is not None:
            yield found
            continue
        previous_content = previous_content or bool(line.strip())


def _cut_at(index: int, line: str, above: str, *, at_start: bool) -> _Cut | None:
    match = PROMPT.match(line) if "#" in line or ">" in line else None
    if match:
        command = match["command"].strip()
        if not command:
            return _Cut(index, None, match["hostname"])
        if _VERBS.match(command):
            if _JUNOS_CONFIGURES.match(line):
                command = _outside_configuration(command, above)
            is_show = re.match(r"(?:do |admin |run )?(?:sho?w?|display)\s", command)
            text = re.sub(r"^(?:do|run) ", "", command)
            return _Cut(index, normalise_command(text) if is_show else None, match["hostname"])
        return None
    separator = _SEPARATOR.match(line)
    if separator:
        return _Cut(index, normalise_command(separator["command"]))
    echo = _ECHO.match(line) if at_start else None
    return _Cut(index, normalise_command(echo["command"])) if echo else None


def _outside_configuration(command: str, above: str) -> str:
    """What a command typed while configuring Junos is outside: `show` shows the configuration
    below the level that the line above names."""
    if not re.match(r"sho?w?\b", command):
        return command
    state = _JUNOS_STATE.match(above.strip()) if "[edit" in above else None
    level = (state["path"] or "").strip() if state else ""
    return " ".join(f"show configuration {level} {command.partition(' ')[2]}".split())


def _same(command: str, named: str) -> bool:
    slug = re.compile(r"[^a-z0-9]+")
    return slug.sub("_", command.lower()) == slug.sub("_", named.lower())


def _without_state_lines(body: Sequence[str]) -> Iterator[str]:
    for line in body:
        yield "" if line[:1] in ("{", "[") and _JUNOS_STATE.match(line.strip()) else line


def _without_empty_head(blocks: list[Block]) -> list[Block]:
    """Without the file's own command where a prompt or echo in it opens that same output."""
    if len(blocks) < 2 or any(line.strip() for line in blocks[0].lines):
        return blocks
    return blocks[1:]


def _last_complete(blocks: list[Block]) -> list[Block]:
    """One block per command: the last that is complete, or else the last that holds anything."""
    chosen: dict[str, Block] = {}
    for block in blocks:
        earlier = chosen.get(block.command)
        if earlier is None or _completeness(block) >= _completeness(earlier):
            chosen.pop(block.command, None)
            chosen[block.command] = block
    return list(chosen.values())


def _completeness(block: Block) -> int:
    """0 for an empty output, 2 for a config with its closing `end`, 1 for anything else."""
    last = next((line.strip() for line in reversed(block.lines) if line.strip()), "")
    if not last:
        return 0
    return 2 if last == "end" and block.command.startswith("show running-config") else 1
