"""What the pages of the gates take in."""
