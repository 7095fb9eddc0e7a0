"""Depth: who is irreplaceable on a day (Hall), and which losses a roster survives over time (N-1). This is the one face."""

from .certificate import Certificate, Fault, Witness, certify, confirm, read_certificate, write_certificate
from .days import DayDepth, depth_by_day
from .hall import Depth, PlaceDepth, bottleneck, hard_to_replace, place_depths
from .losses import KINDS, Loss, losses, without
from .outcome import Mended, Outcome, changed_cells
from .sweep import sweep
from .training import Training, training

__all__ = [
    "KINDS", "Certificate", "DayDepth", "Depth", "Fault", "Loss", "Mended", "Outcome", "PlaceDepth", "Training", "Witness", "bottleneck",
    "certify", "changed_cells", "confirm", "depth_by_day", "hard_to_replace", "losses", "place_depths", "read_certificate", "sweep",
    "training", "without", "write_certificate",
]  # fmt: skip
