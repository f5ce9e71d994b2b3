"""The emulated network: devices on loopback that answer over real SSH."""

from netmod.lab.clock import Clock, ManualClock, SystemClock
from netmod.lab.network import PERSONAS, Lab
from netmod.lab.server import Endpoint, Login

__all__ = ["PERSONAS", "Clock", "Endpoint", "Lab", "Login", "ManualClock", "SystemClock"]
