"""Answer to a changed absence: does a post break, and does the planner know?"""

from datetime import timedelta

from django.utils.translation import gettext_noop

from diba.plant import actions as plant
from diba.plant.models import Role

from .manning import breach_clock, duties_between, manning


def warn_planner(absence, by):
    """Ask the planner to repair when the person had duties in the coming two weeks and a post breaks."""
    if absence.state != absence.State.APPROVED:
        return
    today = plant.today()
    if not duties_between(today, today + timedelta(days=14), absence.person_id):
        return
    for post, hours, cell in breach_clock(manning(14)):
        if cell is None:
            continue
        values = {
            "post": post.name,
            "day": f"{cell.day:%m-%d}",
            "watch": cell.watch.name,
            "short": -cell.margin,
            "hours": hours,
        }
        words = gettext_noop("{post} is {short} short on {day} {watch}, {hours} hours from now: repair the roster")
        plant.ask(words, values, role=Role.PLANNER, urgent=hours < 72, key=f"breach:{post.code}:{cell.day}:{cell.watch.pk}",
                  due_at=cell.starts_at, link="/rosters/", by=by)  # fmt: skip
