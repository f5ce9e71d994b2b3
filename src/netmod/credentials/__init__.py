"""Secrets: a type that does not print, references to them in texts, and where they are kept."""

from netmod.credentials._environment import variable_of
from netmod.credentials._login import Login, resolve_login
from netmod.credentials._placeholders import Reference, fill_in, find_references
from netmod.credentials._private_file import read_secret_file
from netmod.credentials._resolver import Secrets, Source, common_login, open_secrets
from netmod.credentials._secret import Secret
from netmod.credentials._store import Store, fingerprint, open_store

__all__ = [
    "Login",
    "Reference",
    "Secret",
    "Secrets",
    "Source",
    "Store",
    "common_login",
    "fill_in",
    "find_references",
    "fingerprint",
    "open_secrets",
    "open_store",
    "read_secret_file",
    "resolve_login",
    "variable_of",
]
