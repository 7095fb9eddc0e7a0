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
    """Return ([Line], [(sheet, heading nobody knows)]). Raises FileRefused, or BadInput("no_lab_sheet")."""
    lines, unknown = [], []
    wanted = [one | {needed} for one in PERSON]
    found_any = False
    for sheet, rows in importing.sheets_of(data, name):
        found = importing.header_of(KIND, COLUMNS, wanted, rows)
        if found is None:
            continue
        found_any = True
        index, fields, headings = found
        unknown += [(sheet, heading) for heading in headings]
        heads = {field: _head(rows[index][1], column) for column, field in fields.items()}
        for number, cells in rows[index + 1 :]:
            line = _line(sheet, number, cells, fields, heads)
            if line is not None:
                lines.append(line)
    if not found_any:
        raise BadInput("no_lab_sheet", "file")
    return lines, unknown


def _head(cells, column):
    return importing.READ["text"](cells[column]) or str(column + 1)


def _line(sheet, number, cells, fields, heads):
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
    line.shown = {head: value[:80] for head, value in shown.items() if value}
    return line


def _value(name, value):
    read = importing.READ
    if name == "tested":
        return read["moment"](value)[0] if value not in (None, "") else None
    if name == "taken":
        return read["moment"](value) if value not in (None, "") else None
    if name == "result":
        return finding(read["text"](value))
    if name in ("name", "identity"):
        return read[name](value)
    found = read["text"](value)
    if len(found) > 40:
        raise importing.Unreadable("too_long")
    return found.upper() if name == "tube" else found


def finding(text):
    """Return the code of a result as laboratories write it. Raises Unreadable."""
    plain = re.sub(r"[\s。.]", "", text).lower()
    plain = re.sub(r"^(新冠|新型冠状病毒|sars-cov-2|核酸)*(核酸|检测)*(结果)?[:：]?", "", plain) or plain
    known = _KNOWN.get(plain) or _KNOWN.get(re.sub(r"[(（].*[)）]$", "", plain))
    if known is None:
        raise importing.Unreadable("missing" if not plain else "unknown_result")
    return known


assert set(FINDINGS) == set(Finding.values)
