"""Hall's theorem against trying every absence."""

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diba.core.rostering import bottleneck, hard_to_replace, place_depths
from diba.core.rostering.depth import hall as module


def can_man(need, able):
    """Say by augmenting paths whether every place can be manned."""
    seats = [place for place, number in need.items() for _ in range(number)]
    taken = {}

    def seat(person, seen):
        for index, place in enumerate(seats):
            if place in able[person] and index not in seen:
                seen.add(index)
                if index not in taken or seat(taken[index], seen):
                    taken[index] = person
                    return True
        return False

    for person in able:
        seat(person, set())
    return len(taken) == len(seats)


def depth_by_trying(need, able):
    for lost in range(len(able) + 1):
        for gone in combinations(able, lost):
            if not can_man(need, {who: places for who, places in able.items() if who not in gone}):
                return lost - 1
    return len(able)


def random_plant(seed):
    rng = random.Random(seed)
    places = "abcd"[: rng.randint(1, 4)]
    need = {place: rng.randint(1, 2) for place in places}
    able = {f"P{n}": frozenset(rng.sample(places, rng.randint(0, len(places)))) for n in range(rng.randint(2, 7))}
    return need, able


@pytest.mark.parametrize("way", [18, 0])
def test_depth_of_a_thousand_plants_is_the_number_of_absences_survived_whoever_they_are(way, monkeypatch):
    monkeypatch.setattr(module, "EXACT", way)
    for seed in range(1000):
        need, able = random_plant(seed)
        found = bottleneck(need, able)
        if can_man(need, able):
            assert found.depth == depth_by_trying(need, able), seed
        else:
            assert found.depth < 0, seed
        assert found.depth == found.available - found.needed
        assert found.people == {who for who, places in able.items() if places & found.places}


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 3), min_size=1),
    st.dictionaries(st.integers(0, 30).map(str), st.frozensets(st.sampled_from("abcdef")), min_size=1, max_size=20),
    st.data(),
)
def test_whoever_is_lost_depth_falls_by_one_at_most_and_by_one_for_the_hard_to_replace(need, able, data):
    whole = bottleneck(need, able).depth
    who = data.draw(st.sampled_from(sorted(able)))
    left = bottleneck(need, {other: places for other, places in able.items() if other != who}).depth
    assert left == whole - (who in hard_to_replace(need, able))


@pytest.mark.parametrize("seed", range(10))
def test_many_classes_are_solved_by_flow_with_the_same_result(seed, monkeypatch):
    rng = random.Random(seed)
    places = range(9)
    need = {place: rng.randint(1, 2) for place in places}
    able = {f"P{n}": frozenset(rng.sample(list(places), rng.randint(1, 4))) for n in range(20)}
    exact = bottleneck(need, able).depth
    monkeypatch.setattr(module, "EXACT", 0)
    assert bottleneck(need, able).depth == exact


def test_who_is_hard_to_replace_and_which_post_is_thin():
    need = {"relay": 1, "gate": 1}
    able = {"马": {"relay"}, "高": {"relay", "gate"}, "任": {"gate"}, "白": {"gate"}}
    assert bottleneck(need, able).depth == 1
    assert set(hard_to_replace(need, able)) == {"马", "高"}
    assert place_depths(need, able)[0].place == "relay"


@pytest.mark.parametrize("seed", range(12))
def test_hard_to_replace_and_thin_posts_are_what_trying_says(seed, monkeypatch):
    rng = random.Random(seed)
    places = "abcd"[: rng.randint(2, 4)]
    need = {place: rng.randint(1, 2) for place in places}
    able = {f"P{n}": frozenset(rng.sample(places, rng.randint(1, len(places)))) for n in range(9)}
    whole = bottleneck(need, able).depth
    without = {who: bottleneck(need, {o: p for o, p in able.items() if o != who}).depth for who in able}
    assert hard_to_replace(need, able) == {who: left for who, left in without.items() if left < whole}
    rows = {row.place: row.depth for row in place_depths(need, able)}
    if whole >= 0:
        for place in places:
            grown = next(g for g in range(20) if not can_man({**need, place: need[place] + g + 1}, able))
            assert rows[place] == grown
    else:
        assert min(rows.values()) == whole
    monkeypatch.setattr(module, "EXACT", 0)
    assert {row.place: row.depth for row in place_depths(need, able)} == rows
    assert set(hard_to_replace(need, able)) == {who for who, left in without.items() if left < whole}
