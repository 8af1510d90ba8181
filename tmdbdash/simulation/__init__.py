"""A simulated TMDB on loopback: invented films, real answers, and faults on demand."""

from tmdbdash.simulation.fault_injection import Fault, Faults
from tmdbdash.simulation.server import SeenRequest, SimulatedTmdb

__all__ = ["Fault", "Faults", "SeenRequest", "SimulatedTmdb"]
