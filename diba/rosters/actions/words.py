"""The core's clashes, in the reader's words, with the numbers that forbid."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from diba.plant.models import Person, Post


def clash_words(clash, first_day=None):
    """Return one sentence for each part of a clash."""
    posts = dict(Post.objects.values_list("code", "name"))
    return [_sentence(part, posts, first_day) for part in clash]


def _sentence(part, posts, first_day):
    names = "、".join(posts.get(code, code) for code in part.get("posts", ()))
    values = {**part, "posts": names}
    if isinstance(first_day, date) and isinstance(part.get("day"), int):
        values["day"] = (first_day + timedelta(days=part["day"])).strftime("%m-%d")
    if "person" in part:
        person = Person.objects.filter(pk=part["person"]).first() if str(part["person"]).isdigit() else None
        values["person"] = person.name if person else part["person"]
    values.setdefault("limit", "—")
    if part["rule"] == "rest" and isinstance(values["limit"], int):
        values["limit"] = round(values["limit"] / 60, 1)
    sentence = SENTENCES.get(part["rule"], lambda: _("The rule “%(rule)s” cannot be kept."))
    if part["rule"] == "cover" and "day" not in part:
        sentence = SENTENCES["cover_over_time"]
    return sentence() % values


SENTENCES = {
    "two_teams": lambda: _(
        "Two teams for %(posts)s need %(needed)s people (%(a_team)s a team, every watch of a day by other people); "
        "there are %(available)s: %(short)s short."
    ),
    "cover": lambda: _(
        "On %(day)s %(posts)s need %(needed)s people over all watches; %(available)s can stand there: %(short)s short."
    ),
    "cover_over_time": lambda: _(
        "%(posts)s need %(needed)s duties in %(days)s days from %(people)s people, together with the rules below."
    ),
    "duties": lambda: _(
        "%(posts)s need %(needed)s duties in %(days)s days; %(people)s people may do %(available)s with runs of at most "
        "%(longest_run)s days: %(short)s short."
    ),
    "bonds": lambda: _(
        "Households and rooms that must stay together (the largest has %(largest)s people) leave no two teams that can "
        "each man %(posts)s."
    ),
    "longest_run": lambda: _("Nobody works more than %(limit)s days in a row."),
    "most_nights_in_row": lambda: _("Nobody works more than %(limit)s nights in a row."),
    "rest": lambda: _("At least %(limit)s hours of rest between two watches."),
    "pins": lambda: _("Duties that were pinned."),
    "pin": lambda: _("%(person)s is pinned on %(day)s to a post where that is not possible."),
    "absences": lambda: _("Absences and days outside the team's block."),
    "time": lambda: _("No roster was found in %(seconds)s s; give it more time."),
    "bad_input": lambda: _("The question itself is wrong: %(reason)s (%(field)s)."),
}
