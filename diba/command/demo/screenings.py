"""The demo's screening: one branch, three quarters answered, a laboratory's file with a row that fits nobody. All made up."""

import io
import uuid

from openpyxl import Workbook

from diba.grid.actions import guardians, laboratory, screening
from diba.plant import actions as plant
from diba.plant.models import Person, Role, Unit

from . import questionnaires

ITEMS = [
    {"name": "away", "kind": "yesno", "zh": "近 14 天离开过本市吗？", "en": "Out of town within 14 days?", "required": True},
    {"name": "where", "kind": "text", "zh": "去过哪里？", "en": "Where?", "required": True, "when": [[["away", "=", "yes"]]]},
    {"name": "unwell", "kind": "several", "zh": "有下列不适吗？", "en": "Any of these?",
     "choices": [{"name": "fever", "zh": "发热", "en": "Fever"}, {"name": "cough", "zh": "咳嗽", "en": "Cough"}]},
]  # fmt: skip


def fill(random):
    """Fill the pages of screenings."""
    officer = Person.objects.filter(account__grants__role=Role.HEALTH_OFFICER).first().account
    branch = Unit.objects.filter(kind="branch").order_by("path").first()
    questionnaires.fill(officer)
    form = screening.new_questionnaire("返岗摸排问卷（模拟）", ITEMS, by=officer)
    campaign = screening.draft(
        "返岗摸排（模拟）", kinds=["employee", "family"], units=[branch], questionnaire=form, samples=True, rounds=2,
        every_days=3, by=officer,
    )  # fmt: skip
    screening.start(campaign, by=officer)
    campaign.refresh_from_db()
    round = screening.open_round(campaign)
    targets = list(campaign.targets.select_related("person").order_by("pk")[:160])
    consents = guardians.consents_of([target.person_id for target in targets])
    done = random.sample(targets, len(targets) * 3 // 4)
    for target in done:
        if guardians.is_young(target.person) and not guardians.agreed(consents.get(target.person_id)):
            continue
        uid = uuid.uuid5(uuid.NAMESPACE_OID, f"demo:answer:{target.pk}")
        screening.answer(target, round, {"away": "no"}, uid=uid, by=officer)
    rows = [[target.person.staff_no, target.person.name, "阴性"] for target in done if target.person.staff_no]
    file = laboratory.dry_run(_book([*rows, ["", "李某", "阴性"]]), "化验结果（模拟）.xlsx", round, by=officer)
    laboratory.confirm(file, by=officer)
    silent = guardians.without_consent(target.person for target in targets)
    rest = [row for row in targets if row not in done and row.person_id not in silent]
    _tubes(rest[:8], round, officer)
    _mixed(rest[8:], round, officer)
    screening.exclude(next(row for row in targets if row not in done), "hospital", by=officer)


def _tubes(rows, round, officer):
    """Scan a few tubes of those without a result; of two the paper is typed, of one a second time."""
    other = Person.objects.filter(account__grants__role=Role.DUTY_OFFICER).first().account
    tubes = [laboratory.register(row, round, f"DM{n:04d}", taken_by="护士甲（模拟）", by=officer)[0] for n, row in enumerate(rows, 1)]  # fmt: skip
    typed = [laboratory.type_in(tube, "negative", plant.today(), by=officer) for tube in tubes[:2]]
    laboratory.confirm_typed(typed[0], "negative", by=other)


def _mixed(rows, round, officer):
    """Scan two mixed tubes: one negative, one positive whose people are tested again, each in a tube of his own.

    Five of eight are negative by now, one tube is on its way, two have not been sampled again: nobody is positive by a mixed tube.
    """
    for tube, members in (("DMH0001", rows[:8]), ("DMH0002", rows[8:18])):
        for row in members:
            laboratory.register(row, round, tube, pooled=True, taken_by="护士乙（模拟）", by=officer)
    _written([["DMH0001", "阳性"], ["DMH0002", "阴性"]], "混采结果（模拟）.xlsx", round, officer)
    again = [laboratory.register(row, round, f"DMF{n:04d}", taken_by="护士乙（模拟）", by=officer)[0] for n, row in enumerate(rows[:6], 1)]  # fmt: skip
    _written([[sample.tube, "阴性"] for sample in again[:5]], "单管复检（模拟）.xlsx", round, officer)


def _written(rows, name, round, officer):
    file = laboratory.dry_run(_book(rows, ["样本编号", "检测结果"]), name, round, by=officer)
    laboratory.confirm(file, by=officer)


def _book(rows, heads=("工号", "姓名", "检测结果")):
    book, out = Workbook(), io.BytesIO()
    for row in [heads, *rows]:
        book.active.append(row)
    book.save(out)
    return out.getvalue()
