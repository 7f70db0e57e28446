"""Any diagram, run in memory: what scenarios, the studio and tests stand on."""

from engine.simulation.sandbox import Sandbox

__all__ = ["Sandbox"]
