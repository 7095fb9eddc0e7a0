"""Out of isolation: proposed by one, approved by another, when nothing is lacking; by no path earlier."""

import contextlib
import uuid
from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from diba.core.errors import BadInput
from diba.grid import actions as grid
from diba.grid.actions import laboratory
from diba.plant import actions
from diba.plant.models import Role

from .isolating import isolated, refused, served, stand
from .screenings import brought, campaign_of, target_of


def test_released_by_another_when_nothing_is_lacking_and_back_everywhere(moving, officer, second):
    plant, chen = moving, moving["陈立"]
    order = isolated(plant, officer, written_no="7")
    served(plant, order, officer)
    assert refused(grid.release, order, by=second) == "not_proposed"
    grid.propose_release(order, by=officer)
    assert refused(grid.propose_release, order, by=second) == "proposed_already"
    assert refused(grid.release, order, by=officer) == "own_proposal"
    assert stand(order).lacks == ()
    grid.release(order, by=second)
    assert (list(actions.held([chen])), stand(order).open) == ([], False)
    assert not actions.absences_between(actions.now(), actions.now() + timedelta(days=1), [chen.pk]).exists()
    for again in (grid.release, grid.propose_release):
        assert refused(again, order, by=second) == "released_already"
    assert refused(grid.restart, order, actions.today(), "x", by=second) == "released_already"
    assert order.changes.filter(what="released").count() == 1
    isolated(plant, officer)  # a new one may follow


def test_what_is_lacking_keeps_the_door_shut(moving, officer, second):
    order = isolated(moving, officer)
    grid.propose_release(order, by=officer)
    assert refused(grid.release, order, by=second) == "lacking"
    served(moving, order, officer, tests=False)
    assert [(lack.code, lack.number) for lack in stand(order).lacks] == [("tests", 2)]
    row = grid.enter_test(order.person, actions.today() - timedelta(days=1), "waiting", uid=uuid.uuid4(), by=officer)
    grid.enter_test(order.person, actions.today(), "negative", uid=uuid.uuid4(), by=officer)
    assert {lack.code for lack in stand(order).lacks} == {"tests", "waiting"}
    grid.enter_test(order.person, row.taken_on, "negative", uid=uuid.uuid4(), by=officer, corrects=row)
    assert stand(order).lacks == ()
    again = {"uid": uuid.uuid4(), "by": officer, "corrects": row}
    assert refused(grid.enter_test, order.person, row.taken_on, "positive", **again) == "corrected_already"


def test_a_refusal_has_a_reason_and_the_release_must_be_proposed_anew(plant, officer, second):
    order = isolated(plant, officer)
    grid.propose_release(order, by=officer)
    assert refused(grid.refuse_release, order, " ", by=second) == "no_reason"
    grid.refuse_release(order, "样本不合格", by=second)
    assert refused(grid.release, order, by=second) == "not_proposed"
    assert refused(grid.refuse_release, order, "x", by=second) == "not_proposed"


def test_nobody_releases_himself(plant, officer):
    order = isolated(plant, plant.account("刘敏", Role.DUTY_OFFICER), "孙丽")
    assert refused(grid.propose_release, order, by=officer) == "own_release"


PATHS = ["met", "missed", "ill", "test", "positive", "propose", "refuse", "release", "restart", "move", "day"]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(st.tuples(st.sampled_from(PATHS), st.integers(0, 15)), min_size=3, max_size=12))
def test_by_no_path_is_anybody_released_early_or_by_the_proposer_or_the_end_moved_back(plant, steps):
    with transaction.atomic():
        people = [plant.account("孙丽", Role.HEALTH_OFFICER), plant.account("刘敏", Role.DUTY_OFFICER)]
        order, moment = isolated(plant, people[0], days=1, tests=1), plant.now
        well = [(order.person_id, plant.today - timedelta(days=n), "36.5", plant.now) for n in range(1, 4)]
        grid.enter_history(well, uuid.uuid4())
        for step, number in steps:
            with actions.clock.at(moment), contextlib.suppress(BadInput):
                _do(step, order, number, people[number % 2])
            moment += timedelta(days=number if step == "day" else 0)
        rows = list(order.changes.order_by("id"))
        ends = [row.ends_on for row in rows]
        assert ends == sorted(ends) and all((row.ends_on - row.counted_from).days <= 60 for row in rows)
        assert sum(row.what == "released" for row in rows) <= 1
        order.refresh_from_db()
        if order.released_at:
            released, proposed = rows[-1], rows[-2]
            assert (released.what, proposed.what) == ("released", "proposed")
            assert released.by_id != proposed.by_id and order.released_at.date() >= released.ends_on
        held = actions.held([order.person_id], at=moment + timedelta(seconds=1)).filter(source=f"isolation:{order.pk}")
        assert held.exists() is (order.released_at is None)
        transaction.set_rollback(True)


def _do(step, order, number, by):
    today = actions.today()
    {
        "met": lambda: grid.follow(order, "seen_ok", uid=uuid.uuid4(), by=by),
        "missed": lambda: grid.follow(order, "missed", uid=uuid.uuid4(), by=by),
        "ill": lambda: grid.follow(order, "seen_not_ok", uid=uuid.uuid4(), by=by, symptoms=["cough"]),
        "test": lambda: grid.enter_test(order.person, today, "negative", uid=uuid.uuid4(), by=by),
        "positive": lambda: grid.enter_test(order.person, today, "positive", uid=uuid.uuid4(), by=by),
        "propose": lambda: grid.propose_release(order, by=by), "refuse": lambda: grid.refuse_release(order, "x", by=by),
        "release": lambda: grid.release(order, by=by),
        "restart": lambda: grid.restart(order, today - timedelta(days=number), "x", by=by, days=number),
        "move": lambda: grid.move(order, ["home", "hospital", "central"][number % 3], "x", "x", by=by), "day": lambda: None,
    }[step]()  # fmt: skip


def test_what_a_laboratory_says_in_a_screening_counts_for_the_release_too(client, plant, officer):
    order = isolated(plant, officer, days=0, tests=1)
    campaign, round = campaign_of(plant, samples=True, items=None, kinds=("employee",))
    person = plant["陈立"]
    laboratory.register(target_of(campaign, person), round, "t1", taken_at=plant.now - timedelta(hours=2))
    assert ("tests", 1) in [(lack.code, lack.number) for lack in stand(order).lacks]
    file = brought([["T1", person.staff_no, person.name, "阴性", "2020-02-14"]], round)
    assert "tests" not in [lack.code for lack in stand(order).lacks]
    plant.signed_in(client, "孙丽")
    assert "来自摸排" in client.get(reverse("grid:isolation", args=[order.pk])).content.decode()
    laboratory.undo(file, by=officer)
    assert "tests" in [lack.code for lack in stand(order).lacks]
