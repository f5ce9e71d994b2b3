"""Secrets: a type that does not print, references to them in texts, and where logins come from."""

from netmod.credentials._login import Login, resolve_login
from netmod.credentials._placeholders import Reference, fill_in, find_references
from netmod.credentials._secret import Secret

__all__ = ["Login", "Reference", "Secret", "fill_in", "find_references", "resolve_login"]
