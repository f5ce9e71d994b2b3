"""Rollout: a runbook made a plan, approved, and carried out in waves that can always go back.

See docs/rollout.md.
"""

from netmod.rollout.model import Plan, Stage, Unit
from netmod.rollout.reading import read_runbook, runbook_path
from netmod.rollout.report import RolloutReport
from netmod.rollout.runbook import Runbook

__all__ = ["Plan", "RolloutReport", "Runbook", "Stage", "Unit", "read_runbook", "runbook_path"]
