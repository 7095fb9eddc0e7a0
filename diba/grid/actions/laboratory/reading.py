"""A laboratory's workbook as rows: which column is which, and what each cell says. Nothing is thrown away."""

import re
from dataclasses import dataclass, field
from datetime import date

from diba.core.errors import BadInput
from diba.plant.actions import importing

from ...models import Finding

KIND = "lab"  # what the memory of columns calls these sheets
COLUMNS = {
    "tube": ["样本编号", "样本号", "采样管号", "采样管编号", "管号", "试管号", "条码", "条码号", "样本条码", "标本编号", "标本号", "tube", "tubecode",
             "barcode", "sampleid", "sampleno", "specimenid", "sample"],
    "staff_no": ["工号", "职工号", "员工编号", "员工号", "staffno", "staffnumber", "employeeno", "employeeid"],
    "name": ["姓名", "受检人", "受检者", "受检人姓名", "被采样人", "name", "patient", "patientname"],
    "identity": ["身份证号", "身份证号码", "身份证", "证件号码", "证件号", "identity", "identitynumber", "idnumber", "idcard"],
    "result": ["结果", "检测结果", "检验结果", "核酸结果", "核酸检测结果", "结论", "检测结论", "result", "testresult", "finding", "outcome"],
    "tested": ["检测日期", "检测时间", "报告日期", "报告时间", "检验日期", "检验时间", "出结果时间", "tested", "testedon", "testdate", "reportdate", "resultdate"],
    "taken": ["采样时间", "采样日期", "采集时间", "采集日期", "taken", "takenat", "sampledat", "collectedat", "collectiondate"],
    "kind": ["样本类型", "标本类型", "采样方式", "类型", "kind", "specimentype", "sampletype"],
}  # fmt: skip
FIELDS = ("tube", "staff_no", "name", "identity", "result", "tested", "taken", "kind")
PERSON = ({"tube"}, {"identity"}, {"staff_no"}, {"name"})  # one of these says of whom
CHECKS = re.compile(r"^(合计|小计|总计|检测人|审核|复核|报告人|盖章|备注|说明|注[:：])")
FINDINGS = {
    "negative": ("阴性", "阴", "-", "(-)", "未检出", "negative", "neg", "n", "notdetected"),
    "positive": ("阳性", "阳", "+", "(+)", "检出", "positive", "pos", "p", "detected"),
    "unclear": ("可疑", "弱阳性", "灰区", "待复检", "复检", "待复查", "单靶阳性", "inconclusive", "unclear", "indeterminate"),
    "failed": ("无效", "未检测", "样本不合格", "不合格", "漏管", "量不足", "invalid", "failed", "rejected"),
}  # fmt: skip
SAYS = re.compile("[阴阳疑复无废检漏+]|neg|pos")  # in brackets behind a result: a word on the result itself
RESULT = re.compile("结果|结论|result")  # a second column of results: 初检结果 beside 复检结果
IDENTITY = re.compile(r"\d{14,17}[\dXx]")
_KNOWN = {word: finding for finding, words in FINDINGS.items() for word in words}


@dataclass
class Line:
    """One row of the file: what its cells say, and the first that cannot be read (problem, its column's heading)."""

    sheet: str
    row: int
    tube: str = ""
    staff_no: str = ""
    name: str = ""
    identity: str = ""
    result: str = ""
    tested: date | None = None
    taken: tuple | None = None  # (day, "HH:MM" or "")
    kind: str = ""
    shown: dict = field(default_factory=dict)  # heading -> cell as text, identity numbers masked
    heads: dict = field(default_factory=dict)  # field -> heading
    problem: str = ""
    column: str = ""

    def said(self):
        """Return what makes two rows say the same."""
        return self.tube, self.staff_no, self.name, self.identity, self.result, self.tested


def read_sheets(data, name, needed="result"):
    """Return ([Line], [(sheet, heading nobody knows, or "" where the whole sheet is not read)]).

    Raises FileRefused, or BadInput("no_lab_sheet"|"no_rows").
    """
    lines, unknown = [], []
    wanted = [one | {needed} for one in PERSON]
    found_any = False
    for sheet, rows in importing.sheets_of(data, name):
        found = importing.header_of(KIND, COLUMNS, wanted, rows)
        if found is None:
            unknown.append((sheet, ""))
            continue
        found_any = True
        index, fields, others, headings = found
        unknown += [(sheet, heading) for heading in others.values()]
        heads = {field: headings[column] for column, field in fields.items()}
        for number, cells in rows[index + 1 :]:
            line = _line(sheet, number, cells, fields, heads, others)
            if line is not None:
                lines.append(line)
    if not found_any:
        raise BadInput("no_lab_sheet", "file")
    if not lines:
        raise BadInput("no_rows", "file")
    return lines, unknown


def _line(sheet, number, cells, fields, heads, others):
    """Return a row as a Line, or None when it is a signature or a total under the table."""
    read = importing.READ
    shown = {heads[name]: read["text"](cells[column]) for column, name in fields.items() if column < len(cells)}
    filled = [value for value in shown.values() if value]
    if not filled or (len(filled) <= 2 and CHECKS.match(filled[0])):
        return None
    line = Line(sheet, number, heads=heads)
    for column, name in fields.items():
        value = cells[column] if column < len(cells) else None
        try:
            setattr(line, name, _value(name, value))
        except importing.Unreadable as error:
            if not line.problem:
                line.problem, line.column = error.reason, heads[name]
    if "identity" in heads and len(shown.get(heads["identity"], "")) > 4:
        shown[heads["identity"]] = f"…{shown[heads['identity']][-4:]}"
    beside = {head: read["text"](cells[column]) for column, head in others.items() if column < len(cells)}
    for head, value in beside.items():
        if RESULT.search(head) and _finding_or_none(value) not in (None, line.result) and not line.problem:
            line.problem, line.column = "two_results", head
    line.shown = {head[:60]: value[:80] for head, value in {**masked(beside), **shown}.items() if value}
    return line


def masked(shown):
    """Return cells of columns that nobody knows, identity numbers in them to their last four."""
    return {head: IDENTITY.sub(lambda found: f"…{found[0][-4:]}", value) for head, value in shown.items()}


def _value(name, value):
    read = importing.READ
    value = read["computed"](value)
    if name == "tested":
        return read["moment"](value)[0] if value not in (None, "") else None
    if name == "taken":
        return read["moment"](value) if value not in (None, "") else None
    if name == "result":
        return finding(read["text"](value))
    if name in ("name", "identity"):
        return read[name](value)
    found = read["text" if name == "kind" else "code"](value)
    if len(found) > 40:
        raise importing.Unreadable("too_long")
    return found.upper() if name == "tube" else found


def finding(text):
    """Return the code of a result as laboratories write it. Raises Unreadable."""
    plain = re.sub(r"[\s。.]", "", text).lower()
    plain = re.sub(r"^(新冠|新型冠状|病毒|sars-cov-2|核酸)*(核酸|检测)*(结果)?[:：]?", "", plain) or plain
    known = _KNOWN.get(plain) or _beside_brackets(plain)
    if known is None:
        raise importing.Unreadable("missing" if not plain else "unknown_result")
    return known


def _finding_or_none(text):
    try:
        return finding(text)
    except importing.Unreadable:
        return None


def _beside_brackets(plain):
    """Return the code of "阴性(ct>40)" and None of "阴性(待复检)": what stands in brackets must not say something else."""
    parts = re.fullmatch(r"([^(]+)\((.*)\)", plain)
    known, inside = (_KNOWN.get(parts[1]), _KNOWN.get(parts[2])) if parts else (None, None)
    agrees = inside == known or known == Finding.UNCLEAR or (inside is None and not SAYS.search(parts[2]))
    return known if known and agrees else None


assert set(FINDINGS) == set(Finding.values)
