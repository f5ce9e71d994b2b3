"""A device of a running lab for NAPALM's drivers over SSH: its login, its clock, what runs on it."""

from __future__ import annotations

PATIENCE = {"conn_timeout": 60, "banner_timeout": 60, "auth_timeout": 60}
"""Seconds that a busy machine may take for a login."""


class Peer:
    """The device `name` of a lab that runs; `driver_class` is that of NAPALM."""

    def __init__(self, lab, clock, name, driver_class):
        self.lab = lab
        self.clock = clock
        self.device = lab.devices[name]
        self.endpoint = lab.endpoints[name]
        self._driver = driver_class

    def driver(self, **options):
        """The driver, not yet open."""
        return self._driver(
            self.endpoint.address,
            self.lab.login.username,
            self.lab.login.password,
            timeout=60,
            optional_args={"port": self.endpoint.port, **PATIENCE, **options},
        )

    @property
    def running(self):
        return "\n".join(self.device.running.render(block_end=False))

    @property
    def startup(self):
        return "\n".join(self.device.startup.render(block_end=False))
