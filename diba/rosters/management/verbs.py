"""The verbs of `diba roster` that ask how much a plant can lose: depth, survive, confirm. Each gives (figures, words)."""

import csv
import io
from collections import Counter
from datetime import timedelta
from pathlib import Path

from diba.core.errors import BadInput
from diba.core.rostering import (
    certify,
    confirm,
    depth_by_day,
    hard_to_replace,
    losses,
    place_depths,
    read_certificate,
    sweep,
    training,
    write_certificate,
)

SHOWN = 12  # lines of a kind in words; --json has them all


def add_depth(verbs):
    parser = verbs.add_parser(
        "depth", help="absences that each day survives, whoever they are; with a roster, as it stands"
    )
    parser.add_argument("problem")
    parser.add_argument("file", nargs="?", help="a roster: then nobody's other days give way")
    parser.add_argument("--json", action="store_true")


def add_survive(verbs):
    parser = verbs.add_parser("survive", help="try losses over time: is there a roster that still mans everything?")
    parser.add_argument("problem")
    parser.add_argument("file")
    parser.add_argument("--kind", action="append", choices=["person", "crew", "household", "team", "random"])
    parser.add_argument("--groups", help="CSV group,employee: the crews or households")
    parser.add_argument("--from", dest="first", type=int, default=0, help="first day of the loss")
    parser.add_argument("--days", type=int, default=14)
    parser.add_argument("--k", type=int, default=2, help="people lost at once, kind random")
    parser.add_argument("--draws", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--certificate", help="write what was tried, with its witnesses, to this file")
    parser.add_argument("--json", action="store_true")


def add_confirm(verbs):
    parser = verbs.add_parser("confirm", help="check a certificate against its problem and roster")
    parser.add_argument("certificate")
    parser.add_argument("problem")
    parser.add_argument("file")
    parser.add_argument("--json", action="store_true")


def depth(problem, roster):
    """Return the figures and words of every day's depth; the thinnest day in full, with the best trainings for it."""
    days = depth_by_day(problem, roster)
    if not days:
        raise BadInput("nobody_needed", "cover")
    thin = min(days, key=lambda day: (day.depth.depth, day.day))
    lost = hard_to_replace(thin.need, thin.able)
    lessons = _lessons(problem, thin)
    figures = {
        "depth": thin.depth.depth, "day": thin.day, "date": _date(problem, thin.day),
        "needed": thin.depth.needed, "available": thin.depth.available,
        "places": [list(place) for place in sorted(thin.depth.places)], "hard_to_replace": sorted(lost),
        "posts": [
            {"shift": row.place[0], "post": row.place[1], "needed": row.needed, "able": row.able, "depth": row.depth}
            for row in place_depths(thin.need, thin.able)
        ],
        "days": {day.day: day.depth.depth for day in days},
        "training": [{"lessons": [list(one) for one in way.lessons], "after": way.after} for way in lessons],
    }  # fmt: skip
    return figures, "\n".join(_depth_words(figures))


def _lessons(problem, day):
    """Return the best trainings for a day. Posts that the same people can man are one lesson; all its watches count, since
    nobody stands two a day; and nobody is taught for a site where he stands at no post.
    """
    holders = {}
    for post in problem.posts:
        people = frozenset(p.id for p in problem.people if p.posts is None or post.id in p.posts)
        holders.setdefault(people, []).append(post.id)
    lesson_of = {post: "+".join(posts) for posts in holders.values() for post in posts}
    need = Counter()
    for (_, post), number in day.need.items():
        need[lesson_of[post]] += number
    able = {who: frozenset(lesson_of[post] for _, post in seats) for who, seats in day.able.items()}
    named = {people: "+".join(posts) for people, posts in holders.items()}
    ladder = {name: [named[more] for more in named if people < more] for people, name in named.items()}
    return training(need, able, ladder=ladder, barred=_elsewhere(problem, lesson_of), limit=5)


def _elsewhere(problem, lesson_of):
    """Return the (person, lesson) of sites that somebody never sets foot in."""
    place = {post.id: post.place for post in problem.posts}
    for person in problem.people:
        own = {place[post] for post in person.posts} if person.posts is not None else set(place.values())
        yield from ((person.id, lesson) for post, lesson in lesson_of.items() if own and place[post] not in own)


def _depth_words(figures):
    tight = ", ".join(f"{post} {shift}".strip() for shift, post in figures["places"][:SHOWN])
    yield (
        f"depth {figures['depth']}  on day {figures['day']}{figures['date']}: {tight} need {figures['needed']}, "
        f"{figures['available']} can stand there"
    )
    spread = Counter(figures["days"].values())
    yield "days by depth  " + "  ".join(f"{level}: {spread[level]}" for level in sorted(spread))
    for row in figures["posts"][:SHOWN]:
        yield f"  {row['post']} {row['shift']}  needed {row['needed']}  able {row['able']}  depth {row['depth']}"
    hard = figures["hard_to_replace"]
    yield f"hard to replace  {len(hard)}: {' '.join(hard[:SHOWN])}{' …' if len(hard) > SHOWN else ''}"
    for way in figures["training"]:
        yield f"train  {', '.join(f'{who} for {post}' for who, post in way['lessons'])}: depth {way['after']}"
    if not figures["training"]:
        yield "train  no one and no two lessons raise it"


def survive(problem, roster, options, groups_text, progress):
    """Return the figures and words of a sweep, and the certificate's text."""
    if not 0 < options["seconds"] <= 86_400 or not 1 <= options["workers"] <= 256:
        raise BadInput("out_of_range", "--seconds or --workers")
    kinds = options["kind"] or ["person"]
    groups = _groups(problem, groups_text) if groups_text is not None else {}
    if {"crew", "household"} & set(kinds) and not groups:
        raise BadInput("no_groups", "--groups")
    tried = losses(
        problem, kinds, options["first"], options["days"], crews=groups, households=groups, k=options["k"],
        draws=options["draws"], seed=options["seed"],
    )  # fmt: skip
    outcomes = sweep(
        problem, roster, tried, seconds=options["seconds"], workers=options["workers"], seed=options["seed"], progress=progress
    )  # fmt: skip
    certificate = certify(problem, roster, outcomes)
    figures = {
        "tried": certificate.tried, "survived": certificate.survived, "until": certificate.until,
        "date": _date(problem, certificate.until).strip(" ()"),
        "outcomes": [
            {"kind": one.loss.kind, "id": one.loss.id, "people": sorted(one.loss.people), "first": one.loss.first,
             "last": one.loss.last, "survives": one.survives, "proven": one.proven, "changes": one.changes,
             "posts": list(one.posts), "holes": [vars(hole) for hole in one.holes]}
            for one in outcomes
        ],
    }  # fmt: skip
    return figures, "\n".join(_survival_words(problem, certificate, outcomes)), write_certificate(certificate)


def _groups(problem, text):
    found = {}
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff")))
    if [name.strip().lower() for name in next(rows, [])][:2] != ["group", "employee"]:
        raise BadInput("unknown_columns", "group,employee", 1)
    for number, row in enumerate(rows, 2):
        if not any(part.strip() for part in row):
            continue
        if len(row) < 2 or row[1].strip() not in problem.person:
            raise BadInput("unknown_person", "employee", number, (row[1] if len(row) > 1 else "")[:40])
        found.setdefault(row[0].strip(), []).append(row[1].strip())
    return found


def _survival_words(problem, certificate, outcomes):
    for kind, number in certificate.tried.items():
        survived = certificate.survived.get(kind, 0)
        whose = "each of the losses drawn" if kind == "random" else f"any single {kind}'s loss"
        claim = f"this roster survives {whose}" if survived == number else "not every one is survived"
        yield f"{kind}  {survived} of {number}: {claim} until day {certificate.until}{_date(problem, certificate.until)}"
    changes = [one.changes for one in outcomes if one.survives]
    if changes:
        yield f"cells of others changed  {sum(changes) / len(changes):.1f} on average, {max(changes)} at most"
    lost = [one for one in outcomes if not one.survives]
    for one in lost[:SHOWN]:
        how = "proven" if one.proven else "not found, not proven"
        yield f"  breaks  {one.loss.kind} {one.loss.id}: {', '.join(one.posts)}  holes {len(one.holes)}  ({how})"
    if len(lost) > SHOWN:
        yield f"  … and {len(lost) - SHOWN} more"


def confirmed(certificate_text, problem, roster):
    """Return the figures and words of a certificate's check."""
    certificate = read_certificate(certificate_text)
    faults = confirm(certificate, problem, roster)
    figures = {"confirmed": not faults, "survived": certificate.survived, "faults": [vars(fault) for fault in faults]}
    if not faults:
        words = f"confirmed  {sum(certificate.survived.values())} losses survived, until day {certificate.until}"
        return figures, words + _date(problem, certificate.until)
    lines = [f"  {fault.reason}  {fault.loss}  {fault.detail}" for fault in faults[:SHOWN]]
    return figures, "\n".join([f"not confirmed  {len(faults)} faults", *lines])


def _date(problem, day):
    return f" ({problem.start + timedelta(days=day):%Y-%m-%d})" if problem.start else ""


def written(path, text):
    Path(path).write_text(text, encoding="utf-8")
