"""The health rules, dated."""

import itertools
from datetime import time

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

# Said on the pages beside the figures; what is marked was not read at its source: check before relying on it.
ISOLATION_SOURCE = (
    "隔离 14 天：最长潜伏期，第七版诊疗方案；解除条件（体温正常 3 天、连续两次核酸阴性且至少间隔 24 小时）："
    "诊疗方案解除隔离标准［未核实］；口头通知后 24 小时内补书面、每日 17:00 前随访：本系统默认值。均可改。"
)
CASE_SOURCE = (
    "报告时限 2 小时：《突发公共卫生事件应急条例》第十九至二十一条，自发现可能的暴发起算；每例疑似病例 2 小时为防控方案规定［未核实］。"
    "追溯 2 天：2020 年年中防控方案（另有 4 天的文本）；随访 14 天：最长潜伏期，第七版诊疗方案（2020-09）。均可改。"
)

EARLIEST_DUE = time(3)  # a check-in is asked for from three hours before it is due (actions/due.py), and on its own day


class Policy(models.Model):
    """The health rules from a day on. Dated data: the rule of 2020-02-21 need not be the rule of 2020-04-07."""

    class Comparator(models.TextChoices):
        ABOVE = ">", _("above")
        AT_LEAST = ">=", _("at or above")

    starts_on = models.DateField(_("in force from"), unique=True)
    threshold = models.DecimalField(
        _("temperature threshold, °C"), max_digits=3, decimal_places=1,
        validators=[MinValueValidator(36), MaxValueValidator(39)],
    )  # fmt: skip
    comparator = models.CharField(_("abnormal when"), max_length=2, choices=Comparator)
    due = models.TimeField(_("check-in due by"))
    grace = models.PositiveSmallIntegerField(_("late becomes missing after, min"))
    second_due = models.TimeField(_("second check-in of isolated people due by"))
    isolation_days = models.PositiveSmallIntegerField(_("isolation, days"))
    zero_due = models.TimeField(_("zero report signed by"), default=time(9))
    cell_load = models.PositiveSmallIntegerField(
        _("people a cell lead can reach in a day"), default=15, validators=[MinValueValidator(1)],
        help_text=_("Above it the lead is shown as overloaded. 15 is this system's default, not a rule of the state."),
    )  # fmt: skip
    callback_percent = models.PositiveSmallIntegerField(
        _("call-backs, of a hundred who reported themselves"), default=5, validators=[MaxValueValidator(100)],
        help_text=_("Five in a hundred is this system's default, not a rule of the state."),
    )  # fmt: skip
    deputy_after = models.PositiveSmallIntegerField(
        _("the missing are put before the deputy after, min"), default=30, validators=[MaxValueValidator(1440)]
    )
    branch_after = models.PositiveSmallIntegerField(
        _("before the branch after, min"), default=60, validators=[MaxValueValidator(1440)]
    )
    command_after = models.PositiveSmallIntegerField(
        _("before the command after, min"), default=120, validators=[MaxValueValidator(1440)],
        help_text=_("Counted from when late becomes missing. 30, 60 and 120 are this system's defaults, not rules of the state."),
    )  # fmt: skip
    night_hours = models.PositiveSmallIntegerField(
        _("after a night watch due so many hours after its end, h"), default=8, validators=[MaxValueValidator(16)],
        help_text=_("Time to go home and sleep; 0: due with everybody. 8 h is this system's default, not a rule of the state."),
    )  # fmt: skip
    pause_leave = models.BooleanField(
        _("who is on approved leave is not asked"), default=False,
        help_text=_("Neither reminded nor called missing; unknown until somebody says how he is."),
    )  # fmt: skip
    remind_before = models.PositiveSmallIntegerField(
        _("reminded before the check-in is due, min"), default=60, validators=[MaxValueValidator(180)],
        help_text=_("0: not reminded before. 60 min is this system's default, not a rule of the state."),
    )  # fmt: skip
    remind_at_due = models.BooleanField(_("reminded when the check-in is due"), default=True)
    remind_may_stop = models.BooleanField(
        _("people may switch their reminders off"), default=True, help_text=_("Never while in isolation.")
    )
    source = models.CharField(_("source"), max_length=200)
    look_back_days = models.PositiveSmallIntegerField(
        _("contacts are looked for so many days before the first symptoms"),
        default=2,
        validators=[MaxValueValidator(30)],
    )
    follow_up_days = models.PositiveSmallIntegerField(
        _("a contact is followed up for so many days"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    report_hours = models.PositiveSmallIntegerField(
        _("a case is reported within, h"), default=2, validators=[MinValueValidator(1), MaxValueValidator(72)]
    )
    report_states = models.CharField(
        _("what begins the clock"),
        max_length=80,
        default="suspected,probable,confirmed,asymptomatic",
        validators=[
            RegexValidator(
                r"^(suspected|probable|confirmed|asymptomatic)(,(suspected|probable|confirmed|asymptomatic))*$",
                _("Codes of classifications, with commas between: suspected, probable, confirmed, asymptomatic."),
            )
        ],
    )
    report_to = models.CharField(
        _("to whom it is reported"), max_length=200, default="县级疾病预防控制机构、县卫生健康行政部门"
    )
    case_source = models.TextField(_("source of the rules on cases"), default=CASE_SOURCE)

    written_hours = models.PositiveSmallIntegerField(
        _("a spoken isolation order is followed by a written one within, h"),
        default=24,
        validators=[MinValueValidator(1)],
    )
    follow_due = models.TimeField(_("isolated people followed up by"), default=time(17))
    release_tests = models.PositiveSmallIntegerField(
        _("negative tests in a row before a release"), default=2, validators=[MaxValueValidator(9)]
    )
    release_test_gap = models.PositiveSmallIntegerField(_("days at least between two samples"), default=1)
    quiet_days = models.PositiveSmallIntegerField(
        _("days without symptoms before a release"), default=3, validators=[MaxValueValidator(14)]
    )
    isolation_source = models.TextField(_("source of the rules on isolation"), default=ISOLATION_SOURCE)

    class Meta:
        ordering = ["starts_on"]

    def __str__(self):
        return f"{self.starts_on}"

    def clean(self):
        """Refuse hours that would be asked for on the day before, and steps that would overtake each other."""
        wrong = {}
        for name in ("due", "second_due"):
            if (hour := getattr(self, name)) and hour < EARLIEST_DUE:
                wrong[name] = _("Not before 03:00: it is asked for from three hours before, on the same day.")
        steps = ("deputy_after", "branch_after", "command_after")
        for before, name in itertools.pairwise(steps):
            first, then = getattr(self, before), getattr(self, name)
            if None not in (first, then) and then <= first:
                wrong[name] = _("Later than the step before it, which is after %(minutes)s min.") % {"minutes": first}
        if wrong:
            raise ValidationError(wrong)
