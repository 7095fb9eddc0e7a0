"""The demo's privacy: an earlier response that is destroyed, notices with receipts, openings in an emergency, readings. All made up."""

import secrets
import uuid
from datetime import datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from diba.grid import actions as grid
from diba.plant import actions as plant
from diba.plant.actions import jobs, notices, openings, purging
from diba.plant.actions.notice_texts import DRAFTS
from diba.plant.models import Person, Purge, Role

WORDS = [
    (30, "夜里 2 点在值班室晕倒，送医前须知道近两周的体温和接触史", "情况属实，随车医生需要"),
    (2, "12 号楼一户报火警，撤离前须知道他是否在隔离", ""),
]


def fill(random, people, today):
    """Fill the pages about privacy; `people` is the staff."""
    duty, health = (_account(role) for role in (Role.DUTY_OFFICER, Role.HEALTH_OFFICER))
    _destroyed(people[:30], duty, health, today)
    _told(random, people, health, today)
    _opened(people, health)
    _read(people, health)


def _account(role):
    return Person.objects.filter(account__grants__role=role).order_by("pk").first().account


def _at(day, hour):
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _destroyed(people, duty, health, today):
    """A response of last winter, over and destroyed: its certificate can be printed."""
    first = today - timedelta(days=120)
    with plant.clock.at(_at(first, 8)):
        response = plant.begin_response("去年冬季流感（模拟）", by=duty)
    for offset in range(4):
        day = first + timedelta(days=offset)
        with plant.clock.at(_at(day, 9)):
            for person in people:
                number = uuid.uuid5(uuid.NAMESPACE_OID, f"demo:flu:{person.pk}:{day}")
                grid.check_in(person, day, Decimal("36.5"), uid=number)
    with plant.clock.at(_at(first + timedelta(days=20), 17)):
        plant.end_response(response, by=duty)
        row = purging.propose(response, by=duty)
    with plant.clock.at(_at(first + timedelta(days=21), 9)):
        purging.approve(row, by=health)
        jobs.run_job.call(str(Purge.objects.get(pk=row.pk).job_id))


def _told(random, people, health, today):
    """Four notices; most have read them, a few said no to the one that asks."""
    day = today - timedelta(days=20)
    for code, draft in DRAFTS.items():
        with plant.clock.at(_at(day, 8)):
            notice = notices.publish(code, by=health, starts_on=day, **draft)
        for person in people:
            if random.random() < 0.88:
                agreed = random.random() < 0.97 if notice.consent else None
                with plant.clock.at(_at(day, 9) + timedelta(minutes=random.randrange(3000))):
                    notices.answer(notice, person, agreed=agreed, by=health)


def _opened(people, health):
    """A duty officer of one department opened two people of others; one opening is reviewed."""
    officer = next(person for person in reversed(people) if not hasattr(person, "account"))
    account = plant.open_account(officer, secrets.token_urlsafe(16))
    plant.grant(account, Role.DUTY_OFFICER, unit=officer.unit)
    others = [person for person in people if person.unit_id != officer.unit_id and person.cell_id]
    for (hours, reason, verdict), person in zip(WORDS, others[3:], strict=False):
        with plant.clock.at(plant.now() - timedelta(hours=hours)):
            row = openings.open_health(person, reason, by=account)
        if verdict:
            openings.review(row, True, verdict, by=health)


def _read(people, health):
    """Readings of everybody who can sign in, so that his own page has something to show."""
    for person in people:
        if not hasattr(person, "account") or not person.cell_id:
            continue
        lead = plant.lead_of(person.cell)
        for hours in (50, 26, 2):
            with plant.clock.at(plant.now() - timedelta(hours=hours)):
                plant.note(getattr(lead, "account", None) or health, "cell.read", person.cell, people=[person.pk])
        with plant.clock.at(plant.now() - timedelta(hours=20)):
            plant.note(health, "health.read", person, people=[person.pk])
