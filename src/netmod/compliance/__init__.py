"""Facts, inventory and requirements → verdicts, coverage and findings. Knows no platform."""

from netmod.compliance._pairing import Pairing
from netmod.compliance._weaknesses import Weakness
from netmod.compliance._why import MARKS, REASONS
from netmod.compliance.assess import assess, assess_snapshot
from netmod.compliance.assessment import (
    Assessment,
    Finding,
    MissingHost,
    Outcome,
    RequirementResult,
)
from netmod.compliance.catalogue import Catalogue, load_catalogue
from netmod.compliance.coverage import Coverage, Figure, Row
from netmod.compliance.ends import CapturedEnds, End, EndState
from netmod.compliance.links import AssessedLink, InactiveLink, Status
from netmod.compliance.parameters import WEAKNESS_CODES, Parameters
from netmod.compliance.requirements import LAYERS, LegalSource, Mark, Order, Requirement, Text
from netmod.compliance.table import STATES, TABLE, VERDICTS, Verdict, as_markdown
from netmod.compliance.verdict import LinkVerdict, judge_ends, judge_link

__all__ = [
    "LAYERS",
    "MARKS",
    "REASONS",
    "STATES",
    "TABLE",
    "VERDICTS",
    "WEAKNESS_CODES",
    "AssessedLink",
    "Assessment",
    "CapturedEnds",
    "Catalogue",
    "Coverage",
    "End",
    "EndState",
    "Figure",
    "Finding",
    "InactiveLink",
    "LegalSource",
    "LinkVerdict",
    "Mark",
    "MissingHost",
    "Order",
    "Outcome",
    "Pairing",
    "Parameters",
    "Requirement",
    "RequirementResult",
    "Row",
    "Status",
    "Text",
    "Verdict",
    "Weakness",
    "as_markdown",
    "assess",
    "assess_snapshot",
    "judge_ends",
    "judge_link",
    "load_catalogue",
]
