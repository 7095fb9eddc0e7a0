"""The one door of the gates."""
