"""Diba 堤坝 keeps a critical plant running and its people safe through an epidemic."""

__version__ = "0.1.0"
