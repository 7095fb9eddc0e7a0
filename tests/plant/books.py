"""Workbooks as offices make them, in memory."""

import io

from openpyxl import Workbook

from diba.plant.actions import importing


def xlsx(sheets, merges=()):
    """Return the bytes of a workbook: {sheet name: [[cells]]}; merges: [(sheet name, "A1:C1")]."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for name, area in merges:
        book[name].merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


IDENTITY = "620102198503024316"  # made up; its check digit is right


def check_digit(body):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def person_id(birth="19850302", order="431"):
    return check_digit(f"999999{birth}{order}")


HEAD = [
    "工号",
    "姓名",
    "性别",
    "身份证号",
    "手机",
    "部门",
    "班组",
    "支部",
    "网格",
    "网格长",
    "证书",
    "家属",
    "春节去向",
]
ONE = [
    [
        "1001",
        "方志远",
        "男",
        person_id(),
        "13893211234",
        "运行分场",
        "一值",
        "运行支部",
        "01网格",
        "是",
        "值长证 2023年6月到期",
        "妻 王芳 1985-03-02；子 方小明 8岁",
        "兰州",
    ],
    [
        "1002",
        "马建设",
        "男",
        "",
        "13893211235",
        "运行分场",
        "一值",
        "运行支部",
        "01网格",
        "",
        "主值班员 长期有效",
        "",
        "武汉",
    ],
]


def bring(rows=ONE, head=HEAD, sheets=None):
    """Return (import row, plan) of a dry run of one sheet that holds everything, and of more sheets."""
    row, plan, _reading = importing.dry_run(xlsx({"全部": [head, *rows], **(sheets or {})}), "a.xlsx")
    return row, plan
