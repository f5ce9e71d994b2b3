"""Intended against running: typed differences, and what to do about them."""

from netmod.drift._secrets import SecretJudge
from netmod.drift.compare import compare
from netmod.drift.model import Change, Comparison, Difference, Severity

__all__ = ["Change", "Comparison", "Difference", "SecretJudge", "Severity", "compare"]
