"""Facts, inventory and requirements → verdicts, coverage and findings. Knows no platform."""

from netmod.compliance._declared import Declared, declared
from netmod.compliance._of_trust import TrustScope, of_trust
from netmod.compliance._pairing import Pairing
from netmod.compliance._weaknesses import Weakness
from netmod.compliance._why import MARKS, REASONS
from netmod.compliance.assess import assess, assess_snapshot
from netmod.compliance.assessment import (
    Assessment,
    Finding,
    MissingHost,
    RequirementResult,
)
from netmod.compliance.attestations import Attestation, Statement, SuppliersFile
from netmod.compliance.catalogue import Catalogue, load_catalogue
from netmod.compliance.checked import OUTCOMES, Checked, MilestoneResult, Tally, check_requirements
from netmod.compliance.checks import ENCRYPTION, Checks, Outcome, find_checks
from netmod.compliance.coverage import Coverage, Cross, Figure, Gain, Row
from netmod.compliance.crypto import CryptoItem, crypto_inventory
from netmod.compliance.ends import CapturedEnds, End, EndState
from netmod.compliance.links import AssessedLink, InactiveLink, Status, ends_of, members_of
from netmod.compliance.parameters import WEAKNESS_CODES, Parameters
from netmod.compliance.paths import (
    PATH_STATUSES,
    CutLink,
    PathCoverage,
    PathLink,
    PathStatus,
    TrustPaths,
    links_between,
    path_coverage,
)
from netmod.compliance.progress import (
    SOON,
    Changes,
    Forecast,
    Known,
    LinkChange,
    MilestoneColour,
    Past,
    Point,
    changes_since,
    colour_of,
    daily,
    forecast,
)
from netmod.compliance.requirements import (
    LAYERS,
    LegalSource,
    Mark,
    Milestone,
    Order,
    Requirement,
    RequirementSet,
    RequirementsFile,
    Text,
)
from netmod.compliance.surroundings import Surroundings
from netmod.compliance.table import STATES, TABLE, VERDICTS, Verdict, as_markdown
from netmod.compliance.verdict import LinkVerdict, judge_ends, judge_link
from netmod.compliance.waivers import Waiver, WaiverNote, WaiversFile

__all__ = [
    "ENCRYPTION",
    "LAYERS",
    "MARKS",
    "OUTCOMES",
    "PATH_STATUSES",
    "REASONS",
    "SOON",
    "STATES",
    "TABLE",
    "VERDICTS",
    "WEAKNESS_CODES",
    "AssessedLink",
    "Assessment",
    "Attestation",
    "CapturedEnds",
    "Catalogue",
    "Changes",
    "Checked",
    "Checks",
    "Coverage",
    "Cross",
    "CryptoItem",
    "CutLink",
    "Declared",
    "End",
    "EndState",
    "Figure",
    "Finding",
    "Forecast",
    "Gain",
    "InactiveLink",
    "Known",
    "LegalSource",
    "LinkChange",
    "LinkVerdict",
    "Mark",
    "Milestone",
    "MilestoneColour",
    "MilestoneResult",
    "MissingHost",
    "Order",
    "Outcome",
    "Pairing",
    "Parameters",
    "Past",
    "PathCoverage",
    "PathLink",
    "PathStatus",
    "Point",
    "Requirement",
    "RequirementResult",
    "RequirementSet",
    "RequirementsFile",
    "Row",
    "Statement",
    "Status",
    "SuppliersFile",
    "Surroundings",
    "Tally",
    "Text",
    "TrustPaths",
    "TrustScope",
    "Verdict",
    "Waiver",
    "WaiverNote",
    "WaiversFile",
    "Weakness",
    "as_markdown",
    "assess",
    "assess_snapshot",
    "changes_since",
    "check_requirements",
    "colour_of",
    "crypto_inventory",
    "daily",
    "declared",
    "ends_of",
    "find_checks",
    "forecast",
    "judge_ends",
    "judge_link",
    "links_between",
    "load_catalogue",
    "members_of",
    "of_trust",
    "path_coverage",
]
