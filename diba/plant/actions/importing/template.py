"""The template workbook, and the register written into it: what goes out comes back in unchanged."""

import io
from datetime import timedelta

from django.utils.timezone import localtime
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation

from ...models import Absence, Certificate, Manning, Person, Post, Substitution, Unit, UnitKind, Watch
from ..clock import now
from ..table_files import safe

KINDS = {"department": "部门", "team": "班组", "branch": "支部", "cell": "网格"}
# The office fills this in Chinese whatever the page's language; the headings are those that the reader knows first.
SHEETS = {
    "单位": ["单位编码", "单位名称", "单位类别", "上级单位编码"],
    "职工": ["工号", "姓名", "性别", "出生日期", "身份证号", "手机", "人员类别", "部门", "班组", "支部", "网格", "网格长", "户号", "住址", "岗位", "入职日期", "宿舍", "班车", "春节去向", "离职日期", "备注"],
    "证书": ["工号", "姓名", "证书名称", "证书编号", "发证日期", "有效期至"],
    "家属": ["职工工号", "职工姓名", "家属姓名", "关系", "性别", "出生日期", "身份证号", "手机", "住址"],
    "班次": ["班制", "代码", "班次", "开始时间", "结束时间"],
    "顶岗": ["持有资质", "可顶岗"],
    "岗位": ["岗位编码", "岗位", "级别", "地点", "所需资质", "每班人数"],
    "请假": ["工号", "姓名", "请假类型", "开始日期", "结束日期", "原因"],
}  # fmt: skip


def _book(fill):
    book = Workbook()
    book.remove(book.active)
    for name, heads in SHEETS.items():
        sheet = book.create_sheet(name)
        sheet.append(heads)
        for cell in sheet[1]:
            cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="E4EEF4")
            cell.alignment = Alignment(vertical="center")
        sheet.freeze_panes = "A2"
        # The rows first: a cell that is given a format stands there, and rows would be added below it.
        for line in fill.get(name, ()):
            sheet.append([_safe(value) for value in line])
        for column, head in enumerate(heads, 1):
            letter = sheet.cell(1, column).column_letter
            sheet.column_dimensions[letter].width = max(10, len(head) * 2.4)
            if any(word in head for word in ("身份证", "手机", "工号")):
                for row in range(2, max(60, sheet.max_row + 1)):
                    sheet.cell(row, column).number_format = "@"
        if "性别" in heads:
            choice = DataValidation(type="list", formula1='"男,女"', allow_blank=True)
            sheet.add_data_validation(choice)
            letter = sheet.cell(1, heads.index("性别") + 1).column_letter
            choice.add(f"{letter}2:{letter}3000")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _safe(value):
    return safe(value) if isinstance(value, str) else value


def template_workbook():
    """Return the empty template as the bytes of an XLSX workbook."""
    return _book({})


def export_register():
    """Return the whole register in the template's form, identity numbers in clear: for who may write the register."""
    sexes, kinds = {"M": "男", "F": "女", "": ""}, {"employee": "职工", "contractor": "外委"}
    people = Person.objects.select_related("unit", "cell", "household").order_by("pk")
    units = {unit.path: unit for unit in Unit.objects.all()}
    parents = {unit.pk: above.name for unit in units.values() if (above := _above(unit, units))}
    places = {unit.pk: _place(unit, units) for unit in units.values()}
    staff = []
    for p in people.exclude(kind="family"):
        department, team = places.get(p.unit_id, ("", ""))
        lead = "是" if p.cell and p.cell.lead_id == p.pk else ""
        staff.append([p.staff_no, p.name, sexes[p.sex], p.birth, p.identity, p.phone, kinds.get(p.kind, ""), department, team,
                      parents.get(p.cell_id, ""), p.cell.name if p.cell else "", lead, p.household.code if p.household else "", p.residence, p.job_title,
                      p.joined, p.room, p.bus, p.holiday_place, p.left_on, p.note])  # fmt: skip
    relatives = [
        [
            p.relative_of.staff_no,
            p.relative_of.name,
            p.name,
            p.relation,
            sexes[p.sex],
            p.birth,
            p.identity,
            p.phone,
            p.residence,
        ]
        for p in people.filter(kind="family").select_related("relative_of")
    ]
    certificates = [
        [c.person.staff_no, c.person.name, c.qualification.name, c.number, c.issued, c.expires]
        for c in Certificate.objects.select_related("person", "qualification").exclude(person__staff_no=None)
    ]
    watches = [
        [w.pattern.code, w.code, w.name, f"{w.starts:%H:%M}", _end(w)] for w in Watch.objects.select_related("pattern")
    ]
    minimum = {}
    for row in Manning.objects.filter(level=0).order_by("pk"):
        minimum.setdefault(row.post_id, row.minimum)
    posts = [
        [p.code, p.name, p.tier, p.place, "、".join(q.name for q in p.qualifications.all()), minimum.get(p.pk, 0)]
        for p in Post.objects.filter(active=True).prefetch_related("qualifications")
    ]
    ladder = [[s.holder.name, s.stands_for.name] for s in Substitution.objects.select_related("holder", "stands_for")]
    return _book(
        {
            "单位": [
                [unit.code, unit.name, KINDS[unit.kind], getattr(_above(unit, units), "code", "")]
                for unit in units.values()
            ],
            "职工": staff,
            "证书": certificates,
            "家属": relatives,
            "班次": watches,
            "岗位": posts,
            "顶岗": ladder,
            "请假": _leaves(),
        }
    )


def _above(unit, units):
    """Return the unit above a unit, or None. units: {path: unit}."""
    return units.get(unit.path[: -Unit.steplen])


def _place(unit, units):
    """Return (department, team) of who belongs to a unit: a team stands with the department it lies in."""
    if unit.kind != UnitKind.TEAM:
        return unit.name, ""
    above = _above(unit, units)
    while above and above.kind != UnitKind.DEPARTMENT:
        above = _above(above, units)
    return (above.name if above else ""), unit.name


def _end(watch):
    minutes = (watch.starts.hour * 60 + watch.starts.minute + watch.minutes) % 1440
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _leaves():
    """Only leave that was asked for goes out; health stays in."""
    words = {"leave": "事假", "travel": "出差", "training": "培训"}
    rows = Absence.objects.filter(kind__in=words, state="approved", ends_at__gt=now()).select_related("person")
    return [
        [a.person.staff_no, a.person.name, words[a.kind], _day(a.starts_at), _day(a.ends_at, ends=True), a.reason]
        for a in rows
    ]


def _day(moment, *, ends=False):
    """Return a moment as a day of the plant, with its time when it is not midnight; an end at midnight closes the day before."""
    local = localtime(moment)
    if (local.hour, local.minute) != (0, 0):
        return f"{local:%Y-%m-%d %H:%M}"
    return local.date() - timedelta(days=1) if ends else local.date()
