"""Secrets: a type that does not print, references to them in texts, and where they are kept."""

from netmod.credentials._environment import variable_of
from netmod.credentials._login import Login, resolve_login
from netmod.credentials._placeholders import Reference, fill_in, find_references
from netmod.credentials._private_file import read_secret_file
from netmod.credentials._resolver import Secrets, Source, common_login, open_secrets
from netmod.credentials._secret import Secret

__all__ = [
    "Login",
    "Reference",
    "Secret",
    "Secrets",
    "Source",
    "common_login",
    "fill_in",
    "find_references",
    "open_secrets",
    "read_secret_file",
    "resolve_login",
    "variable_of",
]
