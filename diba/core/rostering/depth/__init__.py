"""Depth: who is irreplaceable on a day (Hall), and which losses a roster survives over time (N-1). This is the one face."""

from .hall import Depth, PlaceDepth, bottleneck, hard_to_replace, place_depths
from .losses import KINDS, Loss, losses, without
from .sweep import Outcome, sweep

__all__ = [
    "KINDS", "Depth", "Loss", "Outcome", "PlaceDepth", "bottleneck", "hard_to_replace", "losses", "place_depths", "sweep",
    "without",
]  # fmt: skip
