"""What holds for every test."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A busy machine is no fault of a property. The gate tries the same examples each time, so that it
# tells something about the change alone; a run at the desk goes on looking for new ones.
_GATE = bool(os.environ.get("NETMOD_REQUIRE_ALL"))
settings.register_profile(
    "netmod",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=_GATE,
    max_examples=50 if _GATE else 100,
)
settings.load_profile("netmod")
