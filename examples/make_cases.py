"""Write the cases of NYISO 2020 and Gansu dispatch 2020: `python examples/make_cases.py [FOLDER]`.

Of each: the rostering problem for `diba roster` (JSON), its crews (CSV, for `diba roster survive --kind crew`) and the
staff workbook that the plant imports. What is fact and what assumption is said in docs/examples.md; people, their numbers
and certificates are made up.
"""

import csv
import json
import sys
from datetime import date
from pathlib import Path

from openpyxl import Workbook

SCHEMA = "diba-roster-problem/1"
DAYS = 28
NYISO_START, GANSU_START = date(2020, 3, 23), date(2020, 2, 1)


def problem(name, start, shifts, posts, people, cover):
    return {
        "schema": SCHEMA, "name": name, "start": start.isoformat(), "days": DAYS, "rest": 11 * 60,
        "fairness": {"nights": 0, "weekends": 0, "duties": 2}, "shifts": shifts, "posts": posts, "people": people,
        "cover": cover,
    }  # fmt: skip


def nyiso():
    """Return the problem and the crews: two sites, a day crew and a night crew that never meet, seven on duty each.

    33 operators and managers: 8 shift managers and 25 operators; a manager may stand at a desk, not the reverse. Each
    crew lives at its own site; two facilities and two café people, one of each at a site, are wanted on working days, not vital.
    """
    shifts = [
        {"id": "day", "start": 7 * 60, "minutes": 720, "not_before": []},
        {"id": "night", "start": 19 * 60, "minutes": 720, "night": True, "not_before": []},
    ]
    sites = {"day": "control center", "night": "alternate site"}
    posts, cover, people, crews = [], [], [], []
    for shift, site in sites.items():
        for post, tier, needed, under in (
            ("manager", 1, 1, None), ("desk", 1, 6, None), ("facilities", 3, 1, 5), ("cafe", 3, 1, 5)
        ):  # fmt: skip
            posts.append({"id": f"{post}/{shift}", "tier": tier, "place": site})
            cover += [
                {"day": day, "shift": shift, "post": f"{post}/{shift}", "needed": needed, "under": under, "over": 20}
                for day in range(DAYS)
                if tier == 1 or day % 7 < 5
            ]
    for number in range(37):
        kind, shift = _nyiso_kind(number)
        held = {"manager": ["manager", "desk"], "desk": ["desk"]}.get(kind, [kind])
        people.append(
            {
                "id": f"N{number + 1:02}", "team": shift, "posts": {f"{post}/{shift}": [0, DAYS - 1] for post in held},
                "longest_run": 5, "shortest_break": 2, "most_nights_in_row": 5,
            }
        )  # fmt: skip
    # Who eats and hands over together: the operators of a site in two halves.
    for shift in sites:
        there = [person["id"] for person in people if person["team"] == shift and f"desk/{shift}" in person["posts"]]
        crews += [(f"{shift} {'12'[place % 2]}", who) for place, who in enumerate(there)]
    return problem("NYISO 2020", NYISO_START, shifts, posts, people, cover), crews


def _nyiso_kind(number):
    """Return what the nth of 37 does and in which crew: 8 managers, 25 desk operators, 2 facilities, 2 café."""
    kind = "manager" if number < 8 else "desk" if number < 33 else "facilities" if number < 35 else "cafe"
    return kind, ("day", "night")[number % 2 if number < 33 else (number + 1) % 2]


def gansu():
    """Return the problem and the crews: thirty dispatchers, two rooms, each watch in the other room than the one before.

    Six groups of five: one chief and four dispatchers; a watch of four, one of them a chief. Three watches of 8 h: an odd
    number, so that a watch changes its room from day to day.
    """
    shifts = [
        {"id": "early", "start": 8 * 60, "minutes": 480, "not_before": []},
        {"id": "late", "start": 16 * 60, "minutes": 480, "not_before": []},
        {"id": "night", "start": 0, "minutes": 480, "night": True, "not_before": []},
    ]
    order = ("night", "early", "late")
    rooms = {"main": "main hall", "backup": "backup room"}
    posts = [
        {"id": f"{post}/{room}", "tier": 1, "place": place}
        for room, place in rooms.items() for post in ("chief", "dispatcher")
    ]  # fmt: skip
    cover = []
    for day in range(DAYS):
        for index, shift in enumerate(order):
            room = ("main", "backup")[(3 * day + index) % 2]
            for post, needed in (("chief", 1), ("dispatcher", 3)):
                cover.append({"day": day, "shift": shift, "post": f"{post}/{room}", "needed": needed, "over": 20})
    people, crews = [], []
    for number in range(30):
        held = ["chief", "dispatcher"] if number % 5 == 0 else ["dispatcher"]
        person = f"G{number + 1:02}"
        people.append(
            {
                "id": person, "posts": {f"{post}/{room}": [0, DAYS - 1] for room in rooms for post in held},
                "longest_run": 5, "most_nights_in_row": 3,
            }
        )  # fmt: skip
        crews.append((f"group {number // 5 + 1}", person))
    return problem("Gansu dispatch 2020", GANSU_START, shifts, posts, people, cover), crews


WATCHES = {
    "nyiso-2020": [["2x12", "白", "白班", "07:00", "19:00"], ["2x12", "黑", "黑班", "19:00", "07:00"]],
    "gansu-2020": [["3x8", "夜", "夜班", "00:00", "08:00"], ["3x8", "早", "早班", "08:00", "16:00"],
                   ["3x8", "中", "中班", "16:00", "24:00"]],
}  # fmt: skip
POSTS = {
    "nyiso-2020": [["值班经理", 1, "调度中心", "值班经理证", 1], ["席位调度员", 1, "调度中心", "调度员证", 6]],
    "gansu-2020": [["调度值长", 1, "主调度大厅", "值长证", 1], ["调度员", 1, "主调度大厅", "调度员证", 3]],
}
LADDER = {"nyiso-2020": ["值班经理证", "调度员证"], "gansu-2020": ["值长证", "调度员证"]}
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏"
GIVEN = {"nyiso-2020": "安平", "gansu-2020": "守河"}
HEAD = {"manager": "值班经理", "desk": "席位调度员", "facilities": "设施维护", "cafe": "餐厅"}


def staff(name, made):
    """Return the rows of the staff sheet; room: who lives together may never be divided between two teams."""
    rows = [[f"{made['name']} 值守人员花名册（姓名为模拟）"], ["工号", "姓名", "部门", "班组", "岗位", "证书", "宿舍"]]
    for number, person in enumerate(made["people"]):
        kind = next(iter(person["posts"])).partition("/")[0]
        job = HEAD.get(kind, "调度值长" if kind == "chief" else "调度员")
        held = {"manager": "值班经理证", "desk": "调度员证", "chief": "值长证", "dispatcher": "调度员证"}.get(kind)
        team = {"day": "日班组", "night": "夜班组"}.get(person.get("team"), f"{number // 5 + 1} 组")
        rows.append([
            person["id"], SURNAMES[number] + GIVEN[name], "调度部", team, job, f"{held} 长期有效" if held else "",
            f"{person.get('team', 'g')[0].upper()}{number // 4 + 1:02}",
        ])  # fmt: skip
    return rows


def book(path, sheets):
    out = Workbook()
    out.remove(out.active)
    for name, rows in sheets.items():
        sheet = out.create_sheet(name)
        for row in rows:
            sheet.append(row)
    out.save(path)


def write(folder, name, made, crews):
    (folder / f"{name}.json").write_text(json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    with (folder / f"{name}-crews.csv").open("w", newline="", encoding="utf-8") as out:
        csv.writer(out, lineterminator="\n").writerows([("group", "employee"), *sorted(crews)])
    sheets = {
        "职工": staff(name, made),
        "班次": [["班制", "代码", "班次", "开始时间", "结束时间"], *WATCHES[name]],
        "岗位": [["岗位", "级别", "地点", "所需资质", "每班人数"], *POSTS[name]],
        "顶岗": [["持有资质", "可顶岗"], LADDER[name]],
    }
    book(folder / f"{name}.xlsx", sheets)


def main(folder):
    write(folder, "nyiso-2020", *nyiso())
    write(folder, "gansu-2020", *gansu())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
