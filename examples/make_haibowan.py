"""Write the two workbooks of the Haibowan case: `python examples/make_haibowan.py [FOLDER]`.

The facts are public: Haibowan hydropower station on the Yellow River, 2020: three a watch, three watches a day, fifteen
operators of whom ten were left, the longest run of duty over twenty days (press report of 2020-04-01, quoted in
docs/examples.md). The people, their numbers and certificates are made up.
"""

import sys
from pathlib import Path

from openpyxl import Workbook

PEOPLE = [
    "郝建国",
    "边志强",
    "乌云山",
    "刘建军",
    "陈永福",
    "高海平",
    "田卫东",
    "王立新",
    "张振华",
    "李国梁",
    "赵文斌",
    "孙德胜",
    "周玉林",
    "吴长河",
    "冯晓峰",
]
HELD = ["主值班员证"] * 5 + ["副值班员证"] * 5 + ["大坝点检员证"] * 5
AWAY = ["陈永福", "李国梁", "王立新", "吴长河", "冯晓峰"]  # five who could not come back: a made-up choice


def book(path, sheets):
    out = Workbook()
    out.remove(out.active)
    for name, rows in sheets.items():
        sheet = out.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out.save(path)


def main(folder):
    staff = [["海勃湾水电站运行人员花名册（姓名为模拟）"], ["工号", "姓名", "部门", "班组", "岗位", "证书"]]
    staff += [
        [f"HB{n:02d}", name, "运行部", f"{n % 5 + 1} 值", held.removesuffix("证"), f"{held} 长期有效"]
        for n, (name, held) in enumerate(zip(PEOPLE, HELD, strict=True), 1)
    ]
    watches = [
        ["班制", "代码", "班次", "开始时间", "结束时间"],
        ["3x8", "早", "早班", "06:00", "14:00"],
        ["3x8", "中", "中班", "14:00", "22:00"],
        ["3x8", "夜", "夜班", "22:00", "06:00"],
        ["2x12", "白", "白班", "08:00", "20:00"],
        ["2x12", "黑", "黑班", "20:00", "08:00"],
    ]
    posts = [["岗位", "级别", "地点", "所需资质", "每班人数"]]
    posts += [[name, 1, "中控室", f"{name}证", 1] for name in ("主值班员", "副值班员")]
    posts += [["大坝点检员", 1, "大坝", "大坝点检员证", 1]]
    ladder = [["持有资质", "可顶岗"], ["主值班员证", "副值班员证"]]
    book(folder / "haibowan-2020.xlsx", {"职工": staff, "班次": watches, "岗位": posts, "顶岗": ladder})
    away = [["工号", "姓名", "请假类型", "开始日期", "结束日期", "原因"]]
    away += [[f"HB{PEOPLE.index(name) + 1:02d}", name, "隔离", "2020-01-24", "", "未能返厂（模拟）"] for name in AWAY]
    book(folder / "haibowan-2020-ten-left.xlsx", {"请假": away})


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
