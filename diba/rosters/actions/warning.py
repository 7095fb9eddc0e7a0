"""Answer to changed absences: does a post break, and does the planner know?"""

from datetime import timedelta

from django.utils.translation import gettext_noop

from diba.plant import actions as plant
from diba.plant.models import Role

from .manning import breach_clock, duties_between, manning

ONE_BY_ONE = 3  # posts; when absences entered together break more, the planner gets one task about all of them


def warn_planner(absences, by):
    """Ask the planner to repair when people with duties in the coming two weeks are away and a post breaks."""
    away = {row.person_id for row in absences if row.state == row.State.APPROVED}
    today = plant.today()
    if not away or not duties_between(today, today + timedelta(days=14), people=away):
        return
    breaches = [breach for breach in breach_clock(manning(14)) if breach[2] is not None]
    if len(absences) > 1 and len(breaches) > ONE_BY_ONE:
        _ask_for_all(min(breaches, key=lambda breach: breach[1]), len(breaches), len(away), by)
        return
    for post, hours, cell in breaches:
        words = gettext_noop("{post} is {short} short on {day} {watch}, {hours} hours from now: repair the roster")
        _ask(words, _values(post, hours, cell), hours, cell, f"breach:{post.code}", by)


def _ask_for_all(first, posts, people, by):
    post, hours, cell = first
    words = gettext_noop(
        "{people} people are away and {posts} posts short, first {post} on {day} {watch}, {hours} hours from now: repair the roster"
    )
    _ask(words, {**_values(post, hours, cell), "posts": posts, "people": people}, hours, cell, "breach:together", by)


def _values(post, hours, cell):
    return {
        "post": post.name, "day": f"{cell.day:%m-%d}", "watch": cell.watch.name, "short": -cell.margin, "hours": hours,
    }  # fmt: skip


def _ask(words, values, hours, cell, key, by):
    plant.ask(words, values, role=Role.PLANNER, urgent=hours < 72, key=f"{key}:{cell.day}:{cell.watch.pk}",
              due_at=cell.starts_at, link="/rosters/", by=by)  # fmt: skip
