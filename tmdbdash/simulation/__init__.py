"""A simulated TMDB on loopback: invented films, real answers."""

from tmdbdash.simulation.server import SimulatedTmdb

__all__ = ["SimulatedTmdb"]
