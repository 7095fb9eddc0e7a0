"""The demo's questionnaires: one retired, one being built, step by step as on the page. All made up."""

from diba.grid.actions import screening

OLD = [{"name": "fever", "kind": "yesno", "zh": "今天发热吗？", "en": "Fever today?", "required": True}]
FIRST = {
    "name": "hello",
    "kind": "note",
    "zh": "请如实填写，只有防控办和您的网格长能看到。",
    "en": "Only your lead and the health officers read this.",
}
BUILT = [
    {"name": "travel", "kind": "section", "zh": "外出", "en": "Travel"},
    {"name": "away", "kind": "yesno", "zh": "近 14 天离开过本市吗？", "en": "Out of town within 14 days?", "required": True, "within": "travel"},
    {"name": "how", "kind": "several", "zh": "乘坐什么交通工具？", "en": "By what?", "within": "travel", "when": [[["away", "=", "yes"]]],
     "choices": [{"name": "train", "zh": "火车", "en": "Train"}, {"name": "plane", "zh": "飞机", "en": "Plane"}, {"name": "car", "zh": "自驾", "en": "Car"}]},
    {"name": "back", "kind": "date", "zh": "哪天回来的？", "en": "Back on", "within": "travel", "when": [[["away", "=", "yes"]]], "low": "2020-01-20",
     "message": "请填 1 月 20 日以后的日期"},
    {"name": "health", "kind": "section", "zh": "身体", "en": "Health"},
    {"name": "degrees", "kind": "decimal", "zh": "今早体温（℃）", "en": "Temperature this morning (°C)", "hint": "腋下，量 5 分钟", "required": True,
     "low": "34", "high": "43", "message": "体温在 34 至 43 之间，请再看一眼体温计", "within": "health"},
    {"name": "close", "kind": "integer", "zh": "同住几人？", "en": "People at home", "low": "0", "high": "20", "within": "health"},
]  # fmt: skip


def fill(officer):
    """Fill the pages of questionnaires."""
    screening.retire(screening.new_questionnaire("每日一问（模拟）", OLD, by=officer), by=officer)
    draft = screening.new_questionnaire("春节返岗健康问卷（模拟）", [FIRST], by=officer)
    for item in BUILT:
        draft = screening.put(draft, item, by=officer)
