"""Who was near whom: what the register and the rosters answer."""

from datetime import timedelta

from diba.plant import actions
from diba.plant.models import Person
from diba.rosters.models import Duty, Roster

DAYS = timedelta(days=1)


def window(plant):
    return plant.now - 2 * DAYS, plant.now + 3 * DAYS


def of(plant, *names, kind=None):
    rows = actions.exposures_of([plant[name].pk for name in names], *window(plant))
    return [row for row in rows if kind in (None, row.kind)]


def stand(plant, roster, day, watch, post, name):
    from diba.plant.models import Post, Watch

    Duty.objects.filter(roster=roster, person=plant[name], day=day).delete()
    return Duty.objects.create(
        roster=roster,
        person=plant[name],
        day=day,
        watch=Watch.objects.get(code=watch),
        post=Post.objects.get(code=post),
    )


def emptied(roster):
    roster.duties.all().delete()
    return roster


def test_a_household_a_room_and_a_bus_go_on_for_the_whole_window(plant):
    Person.objects.filter(name__in=["陈立", "郭峰"]).update(room="201")
    Person.objects.filter(name__in=["陈立", "田野"]).update(bus="1 路")
    Person.objects.filter(name="田野").update(left_on=plant.today - 9 * DAYS)
    found = {(row.kind, Person.objects.get(pk=row.other).name) for row in of(plant, "林涛", "陈立")}
    assert found == {("household", "王芳"), ("household", "林小雨"), ("room", "郭峰")}
    row = of(plant, "林涛")[0]
    assert (row.person, row.minutes, row.place, row.detail) == (plant["林涛"].pk, None, "生活区 3 号楼", "H1")
    assert (row.starts_at, row.ends_at) == window(plant)


def test_one_watch_at_one_place_is_an_exposure_of_its_length(plant, roster):
    emptied(roster)
    stand(plant, roster, plant.today, "早", "zhizhang", "陈立")
    stand(plant, roster, plant.today, "早", "zhuzhi", "周文斌")
    stand(plant, roster, plant.today, "夜", "zhuzhi", "郭峰")
    (row,) = of(plant, "陈立")
    assert (row.other, row.kind, row.minutes, row.place) == (plant["周文斌"].pk, "watch", 480, "中控室")
    assert row.detail == "早班 值长 / 主值班员"
    assert len(of(plant, "陈立", "周文斌")) == 2, "each of two that are asked about has his own row"


def test_a_handover_is_a_quarter_of_an_hour_for_both(plant, roster):
    emptied(roster)
    stand(plant, roster, plant.today, "早", "zhizhang", "陈立")
    stand(plant, roster, plant.today, "中", "zhizhang", "周文斌")
    for mine, other in (("陈立", "周文斌"), ("周文斌", "陈立")):
        (row,) = of(plant, mine)
        assert (row.kind, row.other, row.minutes, row.detail) == ("handover", plant[other].pk, 15, "值长 早班→中班")
        assert row.ends_at == actions.day_start(plant.today) + timedelta(hours=14)
    # The change lies at the window's end: those who relieve are known though their watch is outside.
    until = actions.day_start(plant.today) + timedelta(hours=14)
    rows = actions.exposures_of([plant["陈立"].pk], until - timedelta(hours=1), until)
    assert [(row.kind, row.minutes) for row in rows] == [("handover", 15)]


def test_who_was_away_met_nobody(plant, roster):
    emptied(roster)
    stand(plant, roster, plant.today, "早", "zhizhang", "陈立")
    stand(plant, roster, plant.today, "早", "zhuzhi", "周文斌")
    actions.take_out(plant["周文斌"], "leave", plant.now - DAYS, plant.now + DAYS)
    assert of(plant, "陈立") == []


def test_the_window_cuts_a_watch(plant, roster):
    emptied(roster)
    stand(plant, roster, plant.today, "早", "zhizhang", "陈立")
    stand(plant, roster, plant.today, "早", "zhuzhi", "周文斌")
    six = actions.day_start(plant.today) + timedelta(hours=6)
    (row,) = actions.exposures_of([plant["陈立"].pk], six + timedelta(hours=2), six + timedelta(hours=5))
    assert (row.minutes, row.starts_at) == (180, six + timedelta(hours=2))


def test_the_past_is_judged_by_the_roster_that_held_then(plant, roster):
    emptied(roster)
    stand(plant, roster, plant.today, "中", "zhizhang", "陈立")
    stand(plant, roster, plant.today, "中", "zhuzhi", "周文斌")
    later = Roster.objects.create(
        pattern=roster.pattern, first_day=roster.first_day, days=roster.days, state="published", asked_at=plant.now,
        published_at=plant.now + timedelta(hours=10),
    )  # fmt: skip
    Roster.objects.filter(pk=roster.pk).update(state="superseded")
    stand(plant, later, plant.today, "中", "zhizhang", "郭峰")
    assert [row.other for row in of(plant, "陈立", kind="watch")] == [plant["周文斌"].pk]
    assert of(plant, "郭峰") == [], "published when the watch was over"


def test_the_number_of_queries_does_not_grow_with_the_people(plant, roster, django_assert_num_queries):
    everybody = list(Person.objects.values_list("pk", flat=True))
    with django_assert_num_queries(8):
        few = actions.exposures_of(everybody[:1], *window(plant))
    with django_assert_num_queries(8):
        assert len(actions.exposures_of(everybody, *window(plant))) > len(few)
