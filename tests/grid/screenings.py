"""What tests of screenings share: a questionnaire, a campaign that runs, a laboratory's workbook, an XLSForm's."""

import io
import uuid

from openpyxl import Workbook

from diba.grid.actions import laboratory, screening

ITEMS = [
    {"name": "fever", "kind": "yesno", "zh": "近 14 天发热？", "en": "Fever in 14 days?", "required": True},
    {"name": "degrees", "kind": "decimal", "zh": "最高体温", "low": "34", "high": "43", "required": True,
     "when": [[["fever", "=", "yes"]]]},
]  # fmt: skip
HEADS = ["样本编号", "工号", "姓名", "检测结果", "检测日期"]


def campaign_of(plant, *, samples=False, kinds=("employee", "family"), items=ITEMS, by=None, **more):
    """Return (campaign, its open round) of a campaign that runs."""
    questionnaire = screening.new_questionnaire("节后摸排", items) if items else None
    row = screening.draft("节后摸排", kinds=kinds, questionnaire=questionnaire, samples=samples, by=by, **more)
    screening.start(row, by=by)
    row.refresh_from_db()
    return row, screening.open_round(row)


def target_of(campaign, person):
    return campaign.targets.select_related("person", "campaign").get(person=person)


def answered(campaign, round, person, values=None, *, by=None):
    return screening.answer(target_of(campaign, person), round, values or {"fever": "no"}, uid=uuid.uuid4(), by=by)[0]


def book(rows, heads=HEADS, title="检测结果"):
    """Return rows as the bytes of a workbook."""
    made = Workbook()
    made.active.title = title
    for row in [heads, *rows]:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def brought(rows, round, name="lab.xlsx", heads=HEADS, by=None):
    """Return a laboratory's file, read and written."""
    file = laboratory.dry_run(book(rows, heads), name, round, by=by)
    assert laboratory.confirm(file, by=by) is not None
    file.refresh_from_db()
    return file


def xlsform(survey, choices=(), title="节后摸排"):
    """Return an XLSForm's bytes: rows of survey and choices under their headings."""
    made = Workbook()
    sheets = (("survey", survey), ("choices", choices), ("settings", [["form_title"], [title]]))
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.remove(made["Sheet"])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()
