"""One of each thing that the roster desk's registers name, for whoever crawls its pages."""

import uuid
from datetime import time, timedelta

from diba.gates.actions import absorbing, devices, evacuating, expected, paper, passes, places
from diba.gates.models import OpenItem, PaperRow
from diba.grid import actions as grid
from diba.grid.actions import drills
from diba.grid.actions.links import give_link
from diba.grid.actions.risks import declare_risk
from diba.plant.models import Post, Qualification, WatchPattern
from diba.rosters.models import (
    CallNeed,
    CallUp,
    GateDuty,
    GateSwap,
    Invitation,
    Sample,
    Stay,
    Sweep,
    Training,
    Turn,
    Volunteer,
    WhatIf,
)

from ..grid.screenings import brought, campaign_of


def registers(plant, roster, account):
    """One of each thing that the roster desk's registers name."""
    what_if = WhatIf.objects.create(name="x", asked_by=account, asked_at=plant.now)
    sweep = Sweep.objects.create(
        roster=roster, kinds=["person"], days=14, state="done", asked_by=account, asked_at=plant.now
    )
    days = {"enters_on": plant.today, "leaves_on": plant.today + timedelta(days=7)}
    turn = Turn.objects.create(name="x", at=plant.now, **days)
    stay = Stay.objects.create(turn=turn, person=plant["田野"], **days)
    sample = Sample.objects.create(person=plant["田野"], taken_at=plant.now, at=plant.now)
    post = Post.objects.create(code="kakou1", name="1 号卡口", tier=3)
    pattern = roster.pattern
    training = Training.objects.create(
        person=plant["孙丽"],
        qualification=Qualification.objects.first(),
        first_day=plant.today,
        last_day=plant.today,
        at=plant.now,
    )
    volunteer = Volunteer.objects.create(person=plant["孙丽"], trained_until=plant.today, insured_until=plant.today)
    call = CallUp.objects.create(
        name="x", pattern=pattern, first_day=plant.today, days=3, answer_by=plant.now, at=plant.now, state="published"
    )
    watch = pattern.watches.first()
    CallNeed.objects.create(call=call, post=post, watch=watch, needed=1)
    Invitation.objects.create(call=call, person=plant["孙丽"])
    duty = GateDuty.objects.create(call=call, person=plant["孙丽"], day=plant.today, watch=watch, post=post)
    swap = GateSwap.objects.create(duty=duty, giver=plant["孙丽"], taker=plant["陈立"], gave="x", asked_at=plant.now)
    found = dict.fromkeys(["what_if", "what_if_live", "what_if_mend", "what_if_forget", "what_if_back"], what_if.pk)
    found |= dict.fromkeys(["sweep", "sweep_live", "sweep_cancel", "sweep_check"], sweep.pk)
    found |= {
        "turn": turn.pk,
        "stay": stay.pk,
        "finding": sample.pk,
        "training_step": training.pk,
        "discharge": volunteer.pk,
        "attend": duty.pk,
        "thanks": volunteer.pk,
        "gate_swap": duty.pk,
        "gate_swap_answer": swap.pk,
    }
    found |= dict.fromkeys(["call", "call_live", "call_step"], call.pk)
    return {f"rosters:{name}": pk for name, pk in found.items()}


def measures(plant, account):
    """One of each thing that the grid's measures name."""
    order = grid.isolate(plant["王海涛"], "contact", "home", uid=uuid.uuid4(), by=account)
    returned = grid.declare_return(
        plant["赵国栋"], "某地", plant.today, "car", uid=uuid.uuid4(), by=account, declared="officer"
    )
    agent = grid.keep_agent(
        by=account, name="84", unit="mg/L", lowest=250, highest=500, minutes=10, source="x", active=True
    )
    place = grid.keep_place(
        by=account, code="S1", name="食堂", times=[time(9)], agent=agent, early=60, grace=60, active=True
    )
    found = _case(plant, account) | _screening(plant, account) | _check_ins(plant, account)
    return {**found, "grid:isolation": order.pk, "grid:return": returned.pk, "grid:round_at": place.token}


def at_the_gates(plant, account):
    """A gate with a device, a pass, a visit that waits for its host, something that must be looked at."""
    zone = places.keep_zone(by=account, code="LIVING", name="生活区")
    pattern = WatchPattern.objects.get(code="3x8")
    gate = places.keep_gate(by=account, code="G1", name="正门", zone=zone, pattern=pattern)
    _row, code = devices.make_code(gate, by=account)
    device, _token = devices.enrol(code, "手机", "1.0")
    absorbing.absorb(device, [{"uid": "x"}], drift=0)
    guest = expected.announce(
        by=account,
        host=plant["林涛"],
        name="x",
        purpose="x",
        begins_at=plant.now,
        ends_at=plant.now + timedelta(hours=1),
    )
    van = expected.expect_vehicle(
        by=account, plate="甘A12345", begins_at=plant.now, ends_at=plant.now + timedelta(hours=1)
    )
    [issued] = passes.issue([plant["林涛"]], by=account)
    [sheet] = paper.make_sheets(gate, plant.today, 1, by=account)
    row = PaperRow.objects.create(sheet=sheet, number=1, said={}, at=plant.now)
    found = {
        "device_revoke": device.pk,
        "pass_revoke": issued.pk,
        "item_close": OpenItem.objects.get().pk,
        "guest_answer": guest.pk,
        "guest_pass": guest.pk,
        "guest_off": guest.pk,
        "visit_off": guest.pk,
        "vehicle_off": van.pk,
        "evacuation_end": evacuating.begin("x", by=account, drill=True).pk,
        "paper_sheet": sheet.code,
        "paper_join": row.pk,
    }
    return {f"gates:{name}": pk for name, pk in found.items()}


def _check_ins(plant, account):
    """One version of a disease's profile, one thing said of a risk, a personal address, a member of a family."""
    risk = declare_risk(plant["韩冰"], "case", plant.today, uid=uuid.uuid4(), by=account, who="x")
    version = grid.version_on(plant.today)
    found = dict.fromkeys(["profile", "profile_version"], version.profile_id)
    found |= dict.fromkeys(["family_report", "consent"], plant["王芳"].pk)
    found |= {"profile_use": version.pk, "risk": risk.pk, "link": plant["林涛"].pk}
    found["personal"] = give_link(plant["林涛"], by=account)[1]
    return {f"grid:{name}": pk for name, pk in found.items()}


def _screening(plant, account):
    """One screening that runs, with a laboratory's file."""
    campaign, round = campaign_of(plant, samples=True, by=account)
    file = brought([["T1", "", "", "阴性", ""]], round, by=account)
    target = campaign.targets.get(person=plant["林涛"])
    found = {"screening": campaign.pk, "screening_fill": target.pk, "lab_new": round.pk, "lab": file.pk}
    return {f"grid:{name}": pk for name, pk in found.items()}


def _case(plant, account):
    """One case with a contact followed up, its report and an exercise with a suspicion played."""
    case = grid.suspect(plant["林涛"], "发热", by=account)
    contact = grid.contacts_of_case(case)[0]
    grid.decide_contacts(case, [contact.pk], True, "同住", by=account)
    drill = drills.start_drill("演练", by=account)
    played = drills.play(drill, plant["陈立"], "", by=account)
    found = dict.fromkeys(["case", "case_followed", "contacts"], case.pk) | dict.fromkeys(
        ["traced", "follow_up"], contact.pk
    )
    found |= dict.fromkeys(["drill", "drill_end"], drill.pk)
    found |= {
        "case_report": case.reports.get().pk,
        "drill_done": played.steps.first().pk,
        "drill_undo": played.pk,
    }
    return {f"grid:{name}": pk for name, pk in found.items()}
