"""Who should learn what: against trying every lesson."""

import itertools
import random

import pytest

from diba.core.rostering import bottleneck, training


def taught(able, lessons, ladder):
    after = {who: set(posts) for who, posts in able.items()}
    for who, post in lessons:
        after[who] |= {post, *ladder.get(post, ())}
    return after


def plant(seed):
    rng = random.Random(seed)
    posts = "abcd"[: rng.randint(2, 4)]
    need = {post: rng.randint(1, 2) for post in posts}
    able = {f"P{n}": frozenset(rng.sample(posts, rng.randint(0, 2))) for n in range(rng.randint(4, 8))}
    ladder = {"a": ("b",)} if rng.random() < 0.5 and "b" in posts else {}
    return need, {who: held | {"b"} if ladder and "a" in held else held for who, held in able.items()}, ladder


@pytest.mark.parametrize("seed", range(60))
def test_the_lessons_proposed_are_those_that_trying_all_finds(seed):
    need, able, ladder = plant(seed)
    today = bottleneck(need, able).depth
    every = [(who, post) for who in able for post in need if post not in able[who]]
    helps = {one for one in every if bottleneck(need, taught(able, [one], ladder)).depth > today}
    found = training(need, able, ladder=ladder, limit=1000)
    assert all(bottleneck(need, taught(able, way.lessons, ladder)).depth == way.after > today for way in found)
    if helps:
        assert {way.lessons for way in found} == {(one,) for one in helps}
        return
    pairs = [
        pair for pair in itertools.combinations(every, 2) if bottleneck(need, taught(able, pair, ladder)).depth > today
    ]
    assert bool(found) == bool(pairs)
    assert all(len(way.lessons) == 2 for way in found)
    if found:
        fewest = min(sum(len({post, *ladder.get(post, ())} - able[who]) for who, post in pair) for pair in pairs)
        assert found[0].certificates <= fewest


def test_the_best_lesson_costs_fewest_certificates_and_takes_nobody_who_is_hard_to_replace():
    need = {"shift chief": 1, "operator": 2, "gate": 1}
    able = {"郝": {"shift chief", "operator"}, "边": {"operator"}, "乌": {"operator"}, "刘": {"operator"}, "陈": {"gate"},
            "高": {"gate"}, "田": {"gate"}}  # fmt: skip
    found = training(need, able, ladder={"shift chief": ["operator"]})
    assert found[0].posts == ("operator", "shift chief") or found[0].posts == ("shift chief",)
    best = found[0]
    assert best.before == 0 and best.after == 1
    assert best.lessons[0][1] == "shift chief" and best.certificates == 1 and best.lessons[0][0] in {"边", "乌", "刘"}


def test_two_thin_posts_with_nobody_in_common_need_two_lessons():
    need = {"relay": 1, "gate": 1}
    able = {"马": {"relay"}, "高": {"gate"}, "任": (), "白": ()}
    found = training(need, able)
    assert found and all(len(way.lessons) == 2 for way in found)
    assert {post for way in found for _, post in way.lessons} == {"relay", "gate"}


def test_who_may_not_learn_a_post_is_not_proposed():
    need, able = {"relay": 1}, {"马": {"relay"}, "高": (), "任": ()}
    found = training(need, able, barred=[("高", "relay")])
    assert [way.lessons for way in found] == [(("任", "relay"),)]
