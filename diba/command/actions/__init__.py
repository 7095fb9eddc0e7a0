"""What needs every desk at once: the board, and making the demo plant."""

from .board import board
from .demo import LOGINS, make_demo

__all__ = ["LOGINS", "board", "make_demo"]
