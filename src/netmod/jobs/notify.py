"""Telling people: messages through apprise, and a heartbeat to whoever waits for it."""

from __future__ import annotations

import logging
import os
import urllib.error
import urllib.request
from collections.abc import Sequence
from types import ModuleType

from netmod.credentials import open_secrets
from netmod.errors import NightlyError
from netmod.reports import Message
from netmod.settings import Project

_HEARTBEAT_SECONDS = 30.0


def notify(project: Project, message: Message, to: Sequence[str] | None = None) -> None:
    """Send a message to every place that the settings name, or to these references.

    Each is tried. Raises `NightlyError` with the references of those that did not take it; the
    URLs hold tokens and are never shown. Raises `CredentialsError` where one cannot be had.
    """
    references = project.settings.nightly.notify if to is None else to
    if not references:
        return
    secrets = open_secrets(project.settings.credentials, os.environ, project.credentials)
    urls = {reference: secrets.resolve(reference) for reference in references}
    apprise = _apprise()
    missed = []
    for reference, url in urls.items():
        service = apprise.Apprise()
        # both log what is wrong with a URL, the URL with it: `_apprise` keeps that back
        taken = service.add(url.reveal()) and service.notify(
            title=message.title, body=message.body, body_format=apprise.NotifyFormat.TEXT
        )
        if not taken:
            missed.append(reference)
    if missed:
        raise NightlyError(
            f"the message was not taken by: {', '.join(missed)}",
            hint="try the URL by hand: apprise -b test URL",
        )


def beat(project: Project) -> None:
    """Tell the heartbeat's URL that a run was complete. Raises `NightlyError`."""
    reference = project.settings.nightly.heartbeat
    if reference is None:
        return
    secrets = open_secrets(project.settings.credentials, os.environ, project.credentials)
    url = secrets.resolve(reference).reveal()
    if not url.lower().startswith(("https://", "http://")):
        raise NightlyError(
            f"the heartbeat {reference} is no web address", hint="give it as https://…"
        )
    try:
        with urllib.request.urlopen(url, timeout=_HEARTBEAT_SECONDS) as answer:  # noqa: S310
            answer.read(1)
    except (urllib.error.URLError, OSError, ValueError) as error:
        code = getattr(error, "code", None) or type(error).__name__
        raise NightlyError(
            f"the heartbeat {reference} was not taken: {code}",
            hint="see whether its address can be reached from here",
        ) from None


def check_targets(references: Sequence[str]) -> None:
    """Raises `NightlyError` where messages are to be sent and apprise is not installed."""
    if references:
        _apprise()


def _apprise() -> ModuleType:
    # It is large, and an extra: most commands send nothing.
    try:
        import apprise  # noqa: PLC0415
    except ImportError:
        raise NightlyError(
            "messages need apprise, which is not installed",
            hint="install netmod with its extra: pip install 'netmod[notify]'",
        ) from None
    logger = logging.getLogger("apprise")
    logger.propagate = False
    logger.handlers = [logging.NullHandler()]
    return apprise
