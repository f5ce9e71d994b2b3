"""What was found when: runs and their transitions, and the archive of configs."""

from netmod.history._commit import Occasion, Rejection
from netmod.history._lock import held
from netmod.history.archive import Archive, Revision, Stored
from netmod.history.backup import Backup, same_but_times
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
from netmod.history.sealed import SealedConfigs

__all__ = [
    "Archive",
    "Backup",
    "History",
    "Kind",
    "Occasion",
    "Pruned",
    "Rejection",
    "Revision",
    "Run",
    "RunStatus",
    "SealedConfigs",
    "Standing",
    "Stored",
    "Timeline",
    "Transition",
    "held",
    "new_run_id",
    "same_but_times",
]
