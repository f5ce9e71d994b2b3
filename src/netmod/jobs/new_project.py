"""A project folder of the user's own, from the sample that the package carries."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import netmod
from netmod.errors import InputError, OutputError, Problem
from netmod.inventory import DOMAINS, load_inventory, without_entries
from netmod.settings import FILE_NAME

_CONTENT = ("inventory", "templates", "tasks", "compliance")
_GITIGNORE = "# What netmod makes: captures, history, secrets, rendered configs.\n/.netmod/\n"
_ABOUT_REGION = re.compile(r"(?:site|trust)-")
_EMPTY_SITES = "# Trusts (helseforetak) and their sites.\ntrusts: {}\nsites: {}\n"
_EMPTY_LINKS = "# Every link, by id. `capacity` is what the link carries.\n{}\n"
_EMPTY_HOSTS = "# Devices by name. `netmod site new` adds those of a site.\n{}\n"


def new_project(folder: Path, *, empty: bool = False) -> Path:
    """Make a project in `folder`, which is made, or exists and holds nothing.

    It is the sample region; with `empty` its standard, templates and requirements alone, without
    sites, devices, links and keys. Raises `InputError` where the folder is not empty, and
    `OutputError` where it cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        message = "is not empty" if folder.is_dir() else "is no folder"
        raise InputError([Problem(str(folder), 0, message, "name a new folder")])
    sample = sample_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in _CONTENT:
            if (sample / name).is_dir():
                shutil.copytree(sample / name, folder / name)
        shutil.copy(sample / FILE_NAME, folder / FILE_NAME)
        (folder / ".gitignore").write_text(_GITIGNORE, encoding="utf-8")
        if empty:
            for path, text in _emptied(folder / "inventory"):
                path.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = error.strerror or "cannot be written"
        raise OutputError(f"{folder}: {reason}", hint="name another folder") from None
    load_inventory(folder / "inventory", may_be_empty=True)
    return folder


def sample_folder() -> Path:
    """The sample within the installed package, or in the source tree that netmod runs from."""
    package = Path(netmod.__file__).parent
    for place in (package / "sample", package.parents[1]):
        if (place / FILE_NAME).is_file() and (place / "inventory").is_dir():
            return place
    hint = "install netmod from its wheel"
    raise OutputError("this installation carries no sample project", hint=hint)


def _emptied(inventory: Path) -> Iterator[tuple[Path, str]]:
    """The files of the region's own content, without it."""
    yield inventory / "sites.yaml", _EMPTY_SITES
    yield inventory / "links.yaml", _EMPTY_LINKS
    encryption = inventory / "encryption.yaml"
    text = without_entries(encryption.read_text(encoding="utf-8"), lambda key: key == "key_chains")
    yield encryption, text.rstrip("\n") + "\n\nkey_chains: {}\n"
    for domain in DOMAINS:
        yield inventory / domain / "hosts.yaml", _EMPTY_HOSTS
        groups = inventory / domain / "groups.yaml"
        text = groups.read_text(encoding="utf-8")
        yield groups, without_entries(text, lambda key: bool(_ABOUT_REGION.match(key)))
