"""The text of a change with its secrets, and texts of the device without them."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from netmod.credentials import Secret, fill_in, find_references
from netmod.evidence import REDACTED, redact

Resolve = Callable[[str], Secret | None]

_MARK = "zqxj{:03}jxqz"  # a word that redaction takes for any other value
_REPLACED = re.compile(rf"{REDACTED}|<community-\d+>")
_SHORTEST = 4  # a shorter value would be found in texts that do not mean it
_LIBRARIES = ("napalm", "netmiko", "ncclient", "jnpr", "pyeapi", "paramiko", "scp")


def silence_libraries() -> None:
    """Keep what is sent to devices out of the logs: these write every line of it.

    Their loggers hold what an operator did not ask for; the levels can be set again by name.
    """
    for name in _LIBRARIES:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


class Veil:
    """Knows the secrets of one change.

    Raises `CredentialsError` where a placeholder cannot be resolved: before anything is sent.
    """

    def __init__(self, text: str, resolve: Resolve) -> None:
        self.text = text
        self._filled = fill_in(text, resolve)
        values: dict[str, str] = {}
        for reference in find_references(text):
            secret = resolve(reference.name)
            if secret is not None and len(secret.reveal()) >= _SHORTEST:
                values[secret.reveal()] = f"<secret:{reference.name}>"
        self._values = sorted(values.items(), key=lambda pair: len(pair[0]), reverse=True)

    def __repr__(self) -> str:
        return "<veil>"

    @property
    def filled(self) -> Secret:
        """The text as the device gets it."""
        return self._filled

    def hide(self, text: str) -> str:
        """`text` with placeholders for the secrets of this change, and without any other."""
        marked, names = text, {}
        for number, (value, placeholder) in enumerate(self._values):
            mark = _MARK.format(number)
            marked, names[mark] = marked.replace(value, mark), placeholder
        lines = zip(marked.split("\n"), redact(marked).split("\n"), strict=True)
        return "\n".join(_named(before, after, names) for before, after in lines)

    @contextmanager
    def file(self, ending: str = "") -> Iterator[Path]:
        """The filled text in a file that only its owner reads, for as long as the block runs.

        NAPALM would write one into the folder for temporary files that everybody can read.
        """
        with TemporaryDirectory(prefix="netmod-") as folder:
            path = Path(folder) / "change.cfg"
            path.touch(0o600)
            path.write_text(self._filled.reveal() + ending, encoding="utf-8")
            yield path


def _named(before: str, after: str, names: dict[str, str]) -> str:
    """A redacted line with the placeholder where redaction took it for the secret it stands for."""
    found = [mark for mark in names if mark in before]
    gone = _REPLACED.findall(after)
    if len(found) == 1 and found[0] not in after and len(gone) == 1:
        return after.replace(gone[0], names[found[0]])
    for mark in found:
        after = after.replace(mark, names[mark])
    return after
