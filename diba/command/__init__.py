"""The situation board and the demo plant: what needs every desk at once."""
