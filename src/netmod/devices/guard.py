"""What collection may send: `show` commands with harmless pipes, and nothing else.

The guard does not know every grammar of every release. It allows what it understands, and
refuses the rest: a pipe that is not on the list, a character that some parser gives a meaning,
and every abbreviation of a command that is refused in full.
"""

from __future__ import annotations

from functools import lru_cache

from netmod.errors import CommandRefused

PIPES = frozenset({"include", "exclude", "begin", "section", "count", "json", "no-more", "display"})
_NEEDS_ARGUMENT = frozenset({"include", "exclude", "begin", "section", "display"})
_WRITES = frozenset({"redirect", "tee", "append", "save", "file"})
_PUNCTUATION = frozenset(" -_./:,|\"'()[]^$*+=@#%")
_LONGEST = 400  # below the terminal width of 511, so that the echo is never wrapped
_KEYS_IN_CLEAR = frozenset({"cisco_ios", "cisco_iosxe"})


@lru_cache(maxsize=1024)
def check_command(command: str, platform: str | None = None) -> str:
    """The command without surrounding blanks, if collection may send it.

    With `platform` (netmod's id) the commands are refused that print keys in clear there. Raises
    `CommandRefused`.
    """
    _check_characters(command)
    text = command.strip()
    if len(text) > _LONGEST:
        raise _refused(text, f"it is longer than {_LONGEST} characters")
    show, *pipes = [segment.split() for segment in text.split("|")]
    _check_show(text, show, platform)
    for pipe in pipes:
        _check_pipe(text, pipe)
    return text


def _check_characters(command: str) -> None:
    for character in command:
        if not (character.isascii() and (character.isalnum() or character in _PUNCTUATION)):
            raise _refused(command, f"it holds the character {character!r}")


def _check_show(command: str, words: list[str], platform: str | None) -> None:
    if len(words) < 2 or words[0] != "show":
        raise _refused(command, "it is no show command (write `show` in full)")
    if _abbreviates(words[1].lower(), "tech-support") or words[1].lower().startswith("tech"):
        raise _refused(command, "show tech-support loads the device and may write files to it")
    _check_words(command, words)
    if platform in _KEYS_IN_CLEAR and len(words) > 2:
        key, chain = words[1].lower(), words[2].lower()
        if _abbreviates(key, "key") and _abbreviates(chain, "chain"):
            raise _refused(command, "show key chain prints keys in clear on this platform")


def _check_pipe(command: str, words: list[str]) -> None:
    if not words or words[0] not in PIPES:
        name = words[0] if words else ""
        raise _refused(command, f"the pipe {name!r} is not on the list")
    if words[0] in _NEEDS_ARGUMENT and len(words) == 1:
        raise _refused(command, f"the pipe {words[0]!r} has no argument")
    _check_words(command, words)


def _check_words(command: str, words: list[str]) -> None:
    previous = ""
    for word in (word.lower().strip("\"'()") for word in words):
        if word in _WRITES:
            raise _refused(command, f"{word!r} writes to the device")
        if word.startswith("decr") or (
            _abbreviates(previous, "mode") and _abbreviates(word, "decrypt")
        ):
            raise _refused(command, "it asks for keys in clear")
        previous = word


def _abbreviates(word: str, full: str) -> bool:
    return bool(word) and full.startswith(word)


def _refused(command: str, reason: str) -> CommandRefused:
    shown = command if command.isprintable() else repr(command)
    return CommandRefused(
        f"collection does not send `{shown}`: {reason}",
        hint="use a show command in full, with the pipes " + ", ".join(sorted(PIPES)),
        code="command-refused",
    )
