"""Rules on who stands together or never meets: entered once, ended by name, and told in a sentence."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from diba.core.errors import BadInput
from diba.plant import actions as plant
from diba.plant.models import Unit

from ..models import ApartRule, CrewRule, TeamName
from .teams import operators


@transaction.atomic
def enter_apart_rule(*, by, replaces=None, **fields):
    """Enter a rule on groups that never meet and return it. replaces: id of the one it takes the place of. Raises BadInput."""
    if len(set(fields["groups"])) < 2:
        raise BadInput("too_few_teams", "groups", value=len(fields["groups"]))
    return enter(ApartRule, fields, by, replaces)


def enter(model, fields, by, replaces=None):
    """Enter a rule of a kind in the place of another, and return it. Raises BadInput ("given_twice") when one of its name is open."""
    if replaces:
        end_crew_rule(model, replaces, by=by)
    if model.objects.select_for_update().filter(name=fields["name"], ended_at=None).exists():
        raise BadInput("given_twice", "name", value=fields["name"])
    rule = model.objects.create(**fields, by=by, at=plant.now())
    plant.note(by, "crew_rule.entered", rule, detail=rule.name[:60])
    return rule


@transaction.atomic
def end_crew_rule(model, pk, *, by):
    """End a rule from now on; say whether it was open."""
    ended = model.objects.filter(pk=pk, ended_at=None).update(ended_at=plant.now(), ended_by=by)
    if ended:
        plant.note(by, "crew_rule.ended", model.objects.get(pk=pk))
    return bool(ended)


@transaction.atomic
def reopen_crew_rule(model, pk, *, by):
    """Take the end of a rule back; say whether it had ended. Raises BadInput ("given_twice") when one of its name is open."""
    rule = model.objects.select_for_update().get(pk=pk)
    if rule.ended_at is None:
        return False
    if model.objects.filter(name=rule.name, ended_at=None).exists():
        raise BadInput("given_twice", "name", value=rule.name)
    rule.ended_at = rule.ended_by = None
    rule.save(update_fields=["ended_at", "ended_by"])
    plant.note(by, "crew_rule.reopened", rule)
    return True


def crew_rules(first, last):
    """Return the open rules on who stands together that touch these days. Three queries."""
    return list(_open(CrewRule, first, last).select_related("qualification").prefetch_related("people", "posts"))


def apart_rules(first, last):
    """Return the open rules on groups that never meet. One query."""
    return list(_open(ApartRule, first, last))


def _open(model, first, last):
    until = Q(last_day=None) | Q(last_day__gte=first)
    return model.objects.filter(until, ended_at=None, first_day__lte=last).order_by("pk")


def crew_sentence(rule):
    """Return what a rule on who stands together asks, in words."""
    values = {"n": rule.count, "who": _who(rule), "when": rule.get_stretch_display()}
    places = "、".join(post.name for post in rule.posts.all())
    sentence = _("%(when)s at least %(n)s of: %(who)s") if rule.sense == CrewRule.Sense.LEAST else _("%(when)s at most %(n)s of: %(who)s")  # fmt: skip
    found = sentence % values
    if places:
        found = _("%(sentence)s; at %(places)s") % {"sentence": found, "places": places}
    return found if rule.hard else _("%(sentence)s; a wish, at a cost") % {"sentence": found}


def _who(rule):
    if rule.whom == CrewRule.Whom.NAMED:
        return "、".join(person.name for person in rule.people.all())
    if rule.whom == CrewRule.Whom.NOVICES:
        return _("%(certificate)s for less than %(n)s months") % {"certificate": rule.qualification, "n": rule.months}
    return _("holders of %(certificate)s") % {"certificate": rule.qualification}


def crews_choice():
    """Return the units in which somebody can stand at a post, as rows to choose crews from."""
    able = list(operators(plant.today()))
    return Unit.objects.filter(kind__in=("department", "team"), members__in=able).distinct().order_by("code")


def group_choices():
    """Return [(key, words)] of the groups that may be kept apart: teams of the split and crews."""
    units = crews_choice().values_list("code", "name")
    return [*((f"team:{team}", words) for team, words in TeamName.choices if team != TeamName.RESERVE),
            *((f"unit:{code}", name) for code, name in units)]  # fmt: skip


def group_words():
    """Return {key: words} of every group, those too that have nobody left."""
    units = Unit.objects.filter(kind__in=("department", "team")).values_list("code", "name")
    return {f"team:{team}": words for team, words in TeamName.choices} | {f"unit:{code}": name for code, name in units}


def apart_sentence(rule, groups=None):
    """Return what a rule on groups that never meet asks, in words. groups: {key: words}, so that many rules ask once."""
    words = groups or group_words()
    names = "、".join(str(words.get(key, key.partition(":")[2])) for key in rule.groups)
    if rule.same_day:
        return _("%(names)s are never in the plant on one day") % {"names": names} + _place(rule)
    return _("%(names)s: at least %(n)s min between the duties of two of them") % {"names": names, "n": rule.gap} + _place(rule)  # fmt: skip


def _place(rule):
    return _(", in the same room") if rule.same_place else ""
