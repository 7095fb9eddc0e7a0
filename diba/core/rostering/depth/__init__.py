"""Depth: who is irreplaceable on a day (Hall), and which losses a roster survives over time (N-1). This is the one face."""

from .hall import Depth, PlaceDepth, bottleneck, hard_to_replace, place_depths
from .losses import KINDS, Loss, losses, without
from .outcome import Mended, Outcome, changed_cells
from .sweep import sweep

__all__ = [
    "KINDS", "Depth", "Loss", "Mended", "Outcome", "PlaceDepth", "bottleneck", "changed_cells", "hard_to_replace", "losses", "place_depths", "sweep",
    "without",
]  # fmt: skip
