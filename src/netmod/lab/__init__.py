"""The emulated network: devices on loopback that answer over real SSH."""

from netmod.lab.clock import Clock, ManualClock, SystemClock
from netmod.lab.demo_region import DemoRegion, plant_demo_faults
from netmod.lab.network import PERSONAS, Lab
from netmod.lab.orders import Order, order_of
from netmod.lab.process import LabState, give, running, start, status, stop
from netmod.lab.reachability import Reached
from netmod.lab.region import enlarge
from netmod.lab.server import Endpoint, Login

__all__ = [
    "PERSONAS",
    "Clock",
    "DemoRegion",
    "Endpoint",
    "Lab",
    "LabState",
    "Login",
    "ManualClock",
    "Order",
    "Reached",
    "SystemClock",
    "enlarge",
    "give",
    "order_of",
    "plant_demo_faults",
    "running",
    "start",
    "status",
    "stop",
]
