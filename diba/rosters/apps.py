from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "diba.rosters"
    label = "rosters"
    verbose_name = _("Rosters")

    def ready(self):
        from datetime import timedelta

        from diba.plant.actions import deeds, desks, hooks, jobs
        from diba.plant.models import Role

        from .actions.asking import draft_job
        from .actions.at_gates import on_watch, turns, turns_of_one
        from .actions.exposing import duty_exposures
        from .actions.gate_duties import gates_job
        from .actions.gate_hours import remind as remind_volunteers
        from .actions.nights import nights_stood
        from .actions.proposing import propose_repair
        from .actions.purged import of_the_rosters
        from .actions.reminding import coming_duties, remind
        from .actions.swap_following import lapse
        from .actions.sweeping import sweep_job
        from .actions.warning import warn_planner
        from .actions.what_if import way_job
        from .actions.wishes import answer_absences
        from .register_words import OBJECTS, VERBS

        roles = frozenset({Role.PLANNER, Role.DUTY_OFFICER})
        desks.register(desks.Desk("rosters", _("Rosters"), "calendar-time", "rosters:manning", roles))
        carers = frozenset({Role.HEALTH_OFFICER})
        desks.register(desks.Desk("living_in", _("Living in"), "bed", "rosters:living_in", carers))
        jobs.kind("roster.draft", draft_job)
        jobs.kind("rosters.what_if", way_job)
        jobs.kind("rosters.sweep", sweep_job)
        jobs.kind("rosters.gates", gates_job)
        hooks.on(hooks.PURGE, of_the_rosters)
        hooks.on(hooks.ABSENCES_CHANGED, warn_planner)
        hooks.on(hooks.ABSENCES_CHANGED, answer_absences)
        hooks.on(hooks.COMING_DUTIES, coming_duties)
        hooks.on(hooks.NIGHTS_STOOD, nights_stood)
        hooks.on(hooks.CASE_CHANGED, propose_repair)
        hooks.on(hooks.EXPOSURES, duty_exposures)
        hooks.on(hooks.TURNS, turns)
        hooks.on(hooks.TURNS_OF_ONE, turns_of_one)
        hooks.on(hooks.ON_WATCH, on_watch)
        jobs.every(timedelta(minutes=1), "swaps.lapse", lapse)
        jobs.every(timedelta(minutes=10), "duties.remind", remind)
        jobs.every(timedelta(minutes=10), "gates.remind", remind_volunteers)
        deeds.name(
            {
                "split.made": _("made a division into teams"), "split.adopted": _("put teams into force"),
                "roster.asked": _("asked for a roster"), "roster.dropped": _("dropped a roster"), "roster.stopped": _("stopped the search of a roster"),
                "roster.exported": _("exported a roster"), "roster.published": _("published a roster"),
                "repair.kept": _("kept a repair as a draft"),
                "roster.edited": _("edited a roster"), "roster.revised": _("made a new version of a roster"),
                "roster.accepted": _("accepted conflicts"), "sheet.read": _("read an edited roster"),
                "roster.told_again": _("told again who has not confirmed"),
                "manning.exported": _("exported the manning board"),
                "roster.corrected": _("corrected a published roster"),
                "swap.asked": _("asked for a swap"), "swap.agreed": _("agreed to a swap"), "swap.taken": _("took a duty over"),
                "swap.approved": _("approved a swap"), "swap.refused": _("refused a swap"), "swap.withdrawn": _("withdrew a swap"),
                "swap.expired": _("ended a swap whose time or duty was gone"), "wish.called": _("called for wishes"),
                "wish.entered": _("entered a wish"), "wish.withdrawn": _("took a wish back"), "feed.made": _("made a calendar address"),
                "feed.revoked": _("revoked a calendar address"), "limit.set": _("set a limit of work"),
                "crew_rule.entered": _("entered a rule on who stands together"), "crew_rule.ended": _("ended a rule on who stands together"), "crew_rule.reopened": _("put an ended rule back in force"),
                "waiver.signed": _("signed a waiver"), "waiver.ended": _("took a waiver back"), "fatigue.read": _("read the fatigue page"),
            },
            {
                "roster": _("roster"), "split": _("division into teams"), "swap": _("swap"), "wish": _("wish"),
                "wishcall": _("call for wishes"), "feed": _("calendar address"), "limit": _("limit of work"), "crewrule": _("rule on who stands together"), "apartrule": _("rule on groups kept apart"), "waiver": _("waiver"),
                "duty": _("duty"), "gateduty": _("duty at a gate"), "invitation": _("call to volunteers"), "membership": _("division into teams"), "reminder": _("reminder of a duty"),
                "correction": _("correction of a roster"),
            },
            {"told": _("told"), "days": _("days"), "changes": _("changes"), "R": _("reserve"), "version": _("version"), "cells": _("cells"), "conflicts": _("conflicts"), "faults": _("faults")},
        )  # fmt: skip
        deeds.name(VERBS, OBJECTS)
