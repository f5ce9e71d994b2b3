"""What was found when: runs and their transitions, and the archive of configs."""

from netmod.history.database import History
from netmod.history.model import (
    Kind,
    Pruned,
    Run,
    RunStatus,
    Standing,
    Timeline,
    Transition,
    new_run_id,
)

__all__ = [
    "History",
    "Kind",
    "Pruned",
    "Run",
    "RunStatus",
    "Standing",
    "Timeline",
    "Transition",
    "new_run_id",
]
