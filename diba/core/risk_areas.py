"""How risky a place is that somebody comes from, by a dated list of areas."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

LEVELS = ("low", "medium", "high")
SHORTEST = 2  # characters of a name that says a place; "江" alone says none


@dataclass(frozen=True)
class Area:
    """One line of the list. level: of LEVELS; ends: the last day, None while it goes on."""

    name: str
    level: str
    starts: date
    ends: date | None = None


def bare(name: str) -> str:
    """Return a place's name without spaces and without the words that say what kind of place it is."""
    text = "".join(name.split())
    for word in ("维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "自治县"):
        text = text.replace(word, "")
    return "".join(letter for letter in text if letter not in "省市县区镇乡")


def same_place(origin: str, area: str) -> bool:
    """Say whether one of two names lies within the other: "湖北省武汉市江夏区" within "湖北武汉", "武汉" around "武汉市江夏区"."""
    one, other = bare(origin), bare(area)
    return min(len(one), len(other)) >= SHORTEST and (one in other or other in one)


def riskiest(origin: str, since: date, until: date, areas: Iterable[Area]) -> Area | None:
    """Return the gravest area the origin lies in, or around, on any day of since to until; None when the list has none."""
    found = [
        area
        for area in areas
        if area.starts <= until and (area.ends is None or area.ends >= since) and same_place(origin, area.name)
    ]
    return max(found, key=lambda area: (LEVELS.index(area.level), len(area.name), area.starts), default=None)
