"""Log records of libraries on standard error, without secrets."""

from __future__ import annotations

import logging
import sys


class RedactingHandler(logging.Handler):
    """Redacts each record; what redacts is imported with the first of them."""

    def handle(self, record: logging.LogRecord) -> bool:
        if not self.filters:
            from netmod.evidence import RedactingFilter

            self.addFilter(RedactingFilter())
        return super().handle(record)

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(f"{self.format(record)}\n")


def set_up() -> None:
    """Send warnings and worse to standard error."""
    root = logging.getLogger()
    if not any(isinstance(handler, RedactingHandler) for handler in root.handlers):
        handler = RedactingHandler(logging.WARNING)
        handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
        root.addHandler(handler)
