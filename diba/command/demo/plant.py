"""The demo's register: units, people, families, posts, qualifications, watches."""

from datetime import date, timedelta

from diba.plant import actions as plant
from diba.plant.models import (
    Certificate,
    Household,
    LevelChange,
    Manning,
    Person,
    PersonKind,
    Post,
    Qualification,
    Site,
    Substitution,
    Unit,
    Watch,
)  # fmt: skip

from . import names

DEPARTMENTS = [
    ("运行分场", ["运行一值", "运行二值", "运行三值", "运行四值", "运行五值"], 96),
    ("检修分场", ["机械班", "电气班", "起重班"], 70), ("自动化分场", ["保护班", "自动化班", "通信班"], 42),
    ("水工分场", ["大坝观测班", "闸门班"], 40), ("水库调度中心", ["水调班"], 14), ("保卫部", ["护卫一班", "护卫二班"], 46),
    ("后勤服务部", ["食堂", "车队", "物业"], 58), ("办公室", ["综合科"], 18), ("党委党建部", ["宣传科"], 14), ("安全监察部", ["安监科"], 14),
]  # fmt: skip
BRANCHES = [
    "运行一支部",
    "运行二支部",
    "检修支部",
    "自动化支部",
    "水工支部",
    "保卫支部",
    "后勤支部",
    "机关一支部",
    "机关二支部",
]
CELLS = 38
QUALIFICATIONS = [("ZZ", "值长证"), ("ZB", "主值班员证"), ("FB", "副值班员证"), ("ZM", "闸门操作证"), ("JB", "继电保护证"),
                  ("SD", "水库调度证"), ("TX", "自动化通信证"), ("KK", "卡口值守培训")]  # fmt: skip
SUBSTITUTIONS = [("ZZ", "ZB"), ("ZB", "FB")]  # a shift supervisor may stand as operator, never the reverse
POSTS = [("zhizhang", "值长", 1, "ZZ", "中控室", 1), ("zhuzhi", "主值班员", 1, "ZB", "中控室", 1), ("fuzhi", "副值班员", 1, "FB", "中控室", 2),
         ("zhamen", "闸门操作", 1, "ZM", "坝顶", 1), ("jibao", "继电保护", 1, "JB", "继保室", 1), ("shuidiao", "水库调度", 1, "SD", "水调室", 1),
         ("tongxin", "自动化通信", 2, "TX", "通信机房", 1)]  # fmt: skip
MORE_AT_LEVEL_III = ("zhuzhi", "fuzhi")  # when the response eases, the postponed work comes back
# The six checkpoints stand on the register; volunteers man them, so no watch of the plant's own staff is asked for.
GATES = ["生活区正门", "生活区东门", "坝区公路", "厂区大门", "进厂隧道口", "办公楼"]
HOLDERS = {"ZZ": 13, "ZB": 15, "FB": 24, "ZM": 12, "JB": 11, "SD": 12, "TX": 12}
FAMILY = [("妻", False), ("父", True), ("母", False), ("子", True), ("女", False)]


def build(random, today):
    """Make the whole register; return the site."""
    site = Site.objects.create(code="demo", name="模拟电站", synthetic=True)
    LevelChange.objects.create(
        site=site,
        level=1,
        starts_at=plant.day_start(today - timedelta(days=20)),
        reason="省级一级响应（模拟）",
        at=plant.now(),
    )
    teams, cells = _units()
    _work()
    people = _staff(random, today, teams, cells)
    _families(random, today, people)
    _leads(people, cells)
    _certificates(random, today, people)
    return site


def _units():
    teams, cells = [], []
    for index, (name, below, size) in enumerate(DEPARTMENTS, 1):
        department = Unit.add(code=f"D{index:02d}", name=name, kind="department")
        for number, team in enumerate(below, 1):
            teams.append(
                (Unit.add(department, code=f"D{index:02d}-{number}", name=team, kind="team"), size / len(below))
            )
    branches = [Unit.add(code=f"Z{index}", name=name, kind="branch") for index, name in enumerate(BRANCHES, 1)]
    for number in range(1, CELLS + 1):
        branch = branches[(number - 1) * len(branches) // CELLS]
        cells.append(Unit.add(branch, code=f"W{number:02d}", name=f"{number:02d} 网格", kind="cell"))
    return teams, cells


def _work():
    qualifications = {code: Qualification.objects.create(code=code, name=name) for code, name in QUALIFICATIONS}
    for holder, stands_for in SUBSTITUTIONS:
        Substitution.objects.create(holder=qualifications[holder], stands_for=qualifications[stands_for])
    watches = list(Watch.objects.all())
    for code, name, tier, qualification, place, minimum in POSTS:
        post = Post.objects.create(code=code, name=name, tier=tier, place=place)
        post.qualifications.add(qualifications[qualification])
        for watch in watches:
            Manning.objects.create(post=post, watch=watch, minimum=minimum)
            if code in MORE_AT_LEVEL_III:
                Manning.objects.create(post=post, watch=watch, level=3, minimum=minimum + 1)
    for number, place in enumerate(GATES, 1):
        Post.objects.create(code=f"kakou{number}", name=f"{number} 号卡口", tier=3, place=place).qualifications.add(
            qualifications["KK"]
        )


def _staff(random, today, teams, cells):
    people, serial, taken = [], 0, set()
    for team, size in teams:
        for _ in range(round(size)):
            serial += 1
            birth = today - timedelta(days=random.randint(23 * 365, 58 * 365))
            male = random.random() < 0.74
            while (called := names.name(random)) in taken:
                pass
            taken.add(called)
            number = names.identity(random, birth, male, serial)
            household = Household(
                code=f"H{serial:04d}", address=f"模拟生活区 {serial % 30 + 1} 号楼 {serial % 12 + 1} 单元"
            )
            people.append(Person(
                staff_no=f"{10000 + serial}", name=called, sex="M" if male else "F", birth=birth, identity=number,
                identity_hash=plant.keyed_hash(number), phone=names.phone(serial), unit=team, cell=cells[(serial - 1) * CELLS // 412],
                household=household, job_title=team.name.replace("班", "工").replace("运行", "运行员 "), residence=household.address,
                joined=date(min(today.year - 1, birth.year + 22 + serial % 4), 7, 1), bus=f"{serial % 6 + 1} 号车",
            ))  # fmt: skip
    Household.objects.bulk_create([person.household for person in people])
    Person.objects.bulk_create(people, batch_size=200)
    return people


def _families(random, today, people):
    """About 900 relatives; two couples of operators live together, so that a split has households to respect."""
    rows, serial = [], 5000
    for index, person in enumerate(people):
        for relation, male in random.sample(FAMILY, random.choice((1, 2, 2, 2, 3, 3))):
            serial += 1
            years = {"妻": 35, "父": 66, "母": 64, "子": 9, "女": 12}[relation]
            birth = today - timedelta(days=years * 365 + random.randint(-900, 900))
            while (
                called := person.name[0] + random.choice(names.GIVEN) if relation in "父子女" else names.name(random)
            ) in {row.name for row in rows[-3:]}:
                pass
            rows.append(Person(
                name=called, kind=PersonKind.FAMILY, sex="M" if male else "F", birth=birth, household=person.household, relative_of=person, relation=relation,
                residence=person.residence,
            ))  # fmt: skip
        if index in (20, 41):
            Person.objects.filter(pk=people[index + 1].pk).update(household=person.household)
    Person.objects.bulk_create(rows, batch_size=200)


def _leads(people, cells):
    by_cell = {}
    for person in people:
        by_cell.setdefault(person.cell_id, []).append(person)
    for cell in cells:
        members = by_cell.get(cell.pk, [])
        cell.lead, cell.deputy = ([*members, None, None])[:2]
        cell.save()


def _certificates(random, today, people):
    qualifications = {q.code: q for q in Qualification.objects.all()}
    pools = {
        "ZZ": [p for p in people if p.unit.name.startswith("运行")], "ZM": [p for p in people if p.unit.name == "闸门班"],
        "JB": [p for p in people if p.unit.name == "保护班"], "SD": [p for p in people if p.unit.name == "水调班"],
        "TX": [p for p in people if p.unit.name in ("通信班", "自动化班")],
    }  # fmt: skip
    operators = pools["ZZ"]
    rows, start = [], 0
    for code in ("ZZ", "ZB", "FB"):
        holders = (
            operators[start::7][: HOLDERS[code]]
            if code == "ZZ"
            else [p for p in operators if p not in {r.person for r in rows}][: HOLDERS[code]]
        )
        rows += [_certificate(random, today, person, qualifications[code]) for person in holders]
    for code in ("ZM", "JB", "SD", "TX"):
        rows += [_certificate(random, today, person, qualifications[code]) for person in pools[code][: HOLDERS[code]]]
    rows += [_certificate(random, today, p, qualifications["KK"]) for p in people if p.unit.name.startswith("护卫")]
    Certificate.objects.bulk_create(rows, batch_size=200)


def _certificate(random, today, person, qualification):
    issued = today - timedelta(days=random.randint(200, 1500))
    return Certificate(person=person, qualification=qualification, number=f"{qualification.code}{person.staff_no}",
                       issued=issued, expires=today + timedelta(days=random.randint(60, 900)))  # fmt: skip
