"""The demo's check-ins beyond the daily ones: a newer version of the disease's profile. All made up."""

from datetime import timedelta

from diba.grid import actions as grid
from diba.plant import actions as plant

# After the 7th edition of the national plan: more is asked for, and what is common in a cold counts only together.
SEVENTH = [
    ("cough", "干咳", "dry cough", True), ("fatigue", "乏力", "fatigue", True), ("breathless", "气促", "short of breath", True),
    ("smell_loss", "嗅觉减退", "loss of smell", True), ("sore_throat", "咽痛", "sore throat", False),
    ("runny_nose", "鼻塞、流涕", "runny or blocked nose", False), ("aching", "肌肉酸痛", "aching muscles", False),
    ("diarrhoea", "腹泻", "diarrhoea", False), ("other", "其他不适", "something else", True),
]  # fmt: skip


def profile(today):
    """Enter a second version of the profile in force, as of ten days ago."""
    old = grid.version_on(today)
    values = {
        "symptoms": SEVENTH, "together": 2, "shortest": 1, "longest": 14, "usual": "3–7",
        "places": old.places if old else [("armpit", "0.0")],
        "source": "新型冠状病毒肺炎诊疗方案（试行第七版）临床表现；“两项同时出现即疑似”为本厂规定（模拟）［原文未核实］",
    }  # fmt: skip
    with plant.clock.at(plant.day_start(today - timedelta(days=10))):
        disease = {"code": "covid-19", "name": "新型冠状病毒肺炎", "name_en": "COVID-19"}
        grid.enter_version(old and old.profile, disease, values, plant.today(), by=None)
