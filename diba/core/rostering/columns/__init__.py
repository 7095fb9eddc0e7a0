"""The search by columns: whole personal schedules, priced exactly, put together by a linear programme. Its face: `search`,
and `carried`, which says whether it knows every rule of a problem.

A person's rules are compiled once into a layered graph (automaton, graph), the cheapest schedule under given cell costs is
its shortest path (pricing), a linear programme over such schedules gives a true lower bound (master, generation), pinning
cells one after another a roster (dive), and smaller problems cut out of it better ones (neighbourhoods, rolling).
"""

from .carried import carried
from .descent import Unable
from .search import Found, search

__all__ = ["Found", "Unable", "carried", "search"]
