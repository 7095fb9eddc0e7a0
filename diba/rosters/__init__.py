"""Rosters: ask, draft, publish, repair; the manning board."""
