"""Reading the office's own workbooks: safe opening, recognising sheets and columns, normalising values. No tables."""

from .records import Draft, Reading, read
from .sheets import Refused

__all__ = ["Draft", "Reading", "Refused", "read"]
