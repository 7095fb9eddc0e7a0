from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GridConfig(AppConfig):
    name = "diba.grid"
    label = "grid"
    verbose_name = _("Red grid")

    def ready(self):
        from diba.plant.actions import deeds, desks, hooks, jobs
        from diba.plant.models import Role

        from . import actions
        from .actions import at_gates, feverish, report_words, risks, screening_words, tracing
        from .actions.purged import of_the_grid
        from .models import CaseState, CaseTest, Found, IsolationKind, Outcome, PlayedStep

        roles = frozenset({Role.CELL_LEAD, Role.HEALTH_OFFICER, Role.DUTY_OFFICER})
        desks.register(desks.Desk("grid", _("Grid"), "users-group", "grid:cell", roles))
        hooks.on(hooks.ABSENCES_CHANGED, actions.pause_for_absences)
        hooks.on(hooks.NOT_HEARD_FROM, actions.not_heard_from)
        hooks.on(hooks.PURGE, of_the_grid)
        hooks.on(hooks.TAKEN_BACK, actions.forget_expectations)
        hooks.on(hooks.TAKEN_BACK, actions.forget_steps)
        hooks.on(hooks.TAKEN_BACK, actions.forget_reminders)
        hooks.on(hooks.EXPOSURES, risks.said_exposures)
        hooks.on(hooks.HEALTH_SAID, at_gates.health_said)
        hooks.on(hooks.HEALTH_SAID_OF_ONE, at_gates.health_said_of_one)
        hooks.on(hooks.GATE_FEVER, feverish.suspect_at_gate)
        hooks.on(hooks.FEVER_ABOVE, at_gates.fever_above)
        jobs.every(timedelta(seconds=30), "grid.sweep", _sweep)
        jobs.every(timedelta(minutes=5), "grid.ask_to_sign", actions.ask_to_sign)
        jobs.every(timedelta(minutes=5), "grid.isolation", actions.ask_about_isolation)
        jobs.every(timedelta(minutes=5), "grid.rounds", actions.ask_about_rounds)
        jobs.every(timedelta(hours=1), "grid.supplies", actions.warn_of_supplies)
        deeds.name(
            {
                "isolation.ordered": _("ordered an isolation"), "isolation.written": _("handed a written isolation order over"),
                "isolation.moved": _("moved somebody in isolation"), "isolation.restarted": _("began an isolation's count anew"),
                "isolation.proposed": _("proposed a release"), "isolation.refused": _("refused a release"),
                "isolation.withdrawn": _("took an isolation order back"), "isolation.released": _("released somebody from isolation"), "isolation.need": _("noted what an isolated person needs"),
                "isolation.brought": _("noted something as brought"), "isolation.read": _("read an isolation order"),
                "isolation.list_read": _("read the list of isolations"), "test.entered": _("entered a test"),
                "return.declared": _("entered a return from elsewhere"), "return.judged": _("judged the risk of a return"),
                "return.cleared": _("cleared a returnee for his post"), "return.read": _("read a return"),
                "return.list_read": _("read the list of returns"), "risk_area.entered": _("entered a risk area"),
                "risk_area.changed": _("changed a risk area"), "return_rule.entered": _("entered what a risk level asks for"),
                "round.done": _("recorded a round of disinfection"), "round.exported": _("exported the rounds of disinfection"),
                "place.kept": _("entered or changed a place to disinfect"), "agent.kept": _("entered or changed a disinfectant"),
                "supply.receipt": _("received supplies"), "supply.issue": _("issued supplies"), "supply.count": _("counted supplies"),
                "supply.undo": _("took a movement of supplies back"), "supply.kept": _("entered or changed a supply"),
                "supply.exported": _("exported the supplies"),
            },
            {"isolationorder": _("isolation order"), "persontest": _("test"), "return": _("return"), "riskarea": _("risk area"), "disinfectionround": _("round of disinfection"),
             "disinfectedplace": _("place"), "agent": _("disinfectant"), "supplyitem": _("supply"),
             "supplymove": _("movement of supplies")},
            dict(IsolationKind.choices),
        )  # fmt: skip
        jobs.every(timedelta(minutes=10), "grid.follow_ups", _follow_ups)
        jobs.kind("grid.contacts", tracing.list_by_job)
        deeds.name(
            {
                "case.suspected": _("classified a case as suspected"),
                "case.confirmed": _("classified a case as confirmed"), "case.ruled_out": _("ruled a case out"),
                "callback.saved": _("saved a call-back"), "cell.joined": _("put a person into a cell"),
                "case.probable": _("classified a case as probable"), "case.asymptomatic": _("classified a case as asymptomatic"),
                "case.undone": _("took a judgement back"), "case.withdrawn": _("took a case back"), "case.facts": _("changed what is known of a case"),
                "case.tested": _("entered a test of a case"), "case.reported": _("reported a case upwards"), "case.read": _("read a case"),
                "cases.read": _("read the line list"), "cases.exported": _("exported the line list"), "contacts.read": _("read contacts of a case"), "contacts.exported": _("exported contacts of a case"),
                "contact.accepted": _("took up contacts"), "contact.rejected": _("put contacts aside"), "contact.restarted": _("began a follow-up anew"),
                "contact.lost": _("called a contact lost"), "contact.followed": _("looked after a contact"),
                "contact.handed": _("handed contacts to a follower"),
                "drill.played": _("played a suspicion in an exercise"), "drill.step": _("said what was done in an exercise"),
                "drill.undone": _("took a played suspicion back"),
                "cell.read": _("read a cell's page"), "checkin.saved": _("saved a check-in"), "contact.saved": _("saved a daily contact"),
                "contact.undone": _("took a daily contact back"), "copied.looked_at": _("looked at readings that seemed copied"), "health.read": _("read a person's health"),
                "policy.entered": _("entered health rules"), "reminders.chosen": _("switched his reminders on or off"), "tree.read": _("read who of a unit was heard from"),
                "zero.signed": _("signed a cell's day"),
                **report_words.VERBS,
                **screening_words.VERBS,
            },
            {"checkin": _("check-in"), "case": _("case"), "dailycontact": _("daily contact"), "policy": _("health rules"), "callback": _("call-back"), "zeroreport": _("zero report"),
             "casechange": _("classification"), "flip": _("change of an expectation"), "expectation": _("when the next report is due"), "checkinreminder": _("reminder of a check-in"), "reminderchoice": _("whether to be reminded"), "linkuse": _("report by a personal address"), "isolationchange": _("change of an isolation"),
             "isolationneed": _("need of an isolated person"), "returnchange": _("judgement of a return"), "contact": _("contact of a case"), "played": _("exercise"), "playedstep": _("step of an exercise"), "casereport": _("report of a case upwards"),
             "casefacts": _("what is known of a case"), "casetest": _("test of a case"), "contactstep": _("decision about a contact"), "contactfollower": _("who follows a contact up"),
             "followup": _("follow-up of a contact"), "riskjudgement": _("decision about a risk"), "lookedat": _("look at readings that seemed copied"), "typedresult": _("result typed by hand"), **report_words.OBJECTS, **screening_words.OBJECTS},
            {**dict(Outcome.choices), **dict(Found.choices), **dict(CaseState.choices), **dict(PlayedStep.Kind.choices), **dict(CaseTest.Kind.choices),
             "late": _("late"), "on": _("on"), "off": _("switched off"), "series": _("same series"), "constant": _("never moves"), "bulk": _("in bulk"), "abnormal": _("abnormal"), "for_another": _("for another"), **report_words.CODES, **screening_words.CODES},
        )  # fmt: skip


def _sweep():
    from . import actions

    actions.expect_everybody()
    actions.settle_pauses()
    actions.sweep()
    actions.unanswered_flips()
    actions.escalate()
    actions.remind()


def _follow_ups():
    from .actions import follow_ups

    follow_ups.ask_follow_ups()
