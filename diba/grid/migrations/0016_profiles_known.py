"""The profiles a plant begins with; the first is what was asked until now, so every report made so far was made under it."""

from datetime import date

from django.db import migrations
from django.utils import timezone

PLAIN = [
    ["cough", "咳嗽", "cough", True], ["fatigue", "乏力", "fatigue", True], ["sore_throat", "咽痛", "sore throat", True],
    ["breathless", "气促", "short of breath", True], ["diarrhoea", "腹泻", "diarrhoea", True],
    ["smell_loss", "嗅觉减退", "loss of smell", True], ["other", "其他不适", "something else", True],
]
PLACES = [["armpit", "0.0"], ["forehead", "0.0"], ["ear", "0.2"], ["mouth", "0.2"]]
PLACES_SOURCE = "测温部位：阈值按腋温；口温、耳温比腋温高约 0.2 ℃（一般护理资料）［未核实］。"
COVID = {
    "symptoms": PLAIN, "together": 0, "places": PLACES, "shortest": 1, "longest": 14, "usual": "3–7",
    "source": "新型冠状病毒肺炎诊疗方案：潜伏期 1–14 天，多为 3–7 天（第七版文本）；症状单为本系统 2020 年初所用，每一项单独即疑似，从严"
              "［各版原文未核实］。" + PLACES_SOURCE,
}
FLU = {
    "symptoms": [
        ["breathless", "气促", "short of breath", True], ["cough", "咳嗽", "cough", False], ["sore_throat", "咽痛", "sore throat", False],
        ["headache", "头痛", "headache", False], ["aching", "肌肉酸痛", "aching muscles", False], ["fatigue", "乏力", "fatigue", False],
        ["runny_nose", "流涕、鼻塞", "runny or blocked nose", False], ["other", "其他不适", "something else", True],
    ],
    "together": 2, "places": PLACES, "shortest": 1, "longest": 7, "usual": "2–4",
    "source": "流行性感冒诊疗方案：潜伏期 1–7 天，多为 2–4 天；咳嗽、咽痛、头痛、肌痛、乏力为常见症状［未核实］。“两项同时出现即疑似”为本系统默认值，"
              "可改。" + PLACES_SOURCE,
}


def add(apps, schema_editor):
    profile, version, in_force, checkin = (
        apps.get_model("grid", name) for name in ("DiseaseProfile", "ProfileVersion", "ProfileInForce", "CheckIn")
    )
    moment = timezone.now()
    rows = [("covid-19", "新型冠状病毒肺炎", "COVID-19", COVID), ("influenza-a", "甲型流感", "influenza A", FLU)]
    covid, _flu = (
        version.objects.create(
            profile=profile.objects.create(code=code, name=name, name_en=english), number=1, at=moment, **values
        )
        for code, name, english, values in rows
    )
    in_force.objects.create(version=covid, starts_on=date(2020, 1, 1), at=moment)
    checkin.objects.update(profile=covid)


def take_away(apps, schema_editor):
    apps.get_model("grid", "CheckIn").objects.update(profile=None)
    for name in ("ProfileInForce", "ProfileVersion", "DiseaseProfile"):
        apps.get_model("grid", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("grid", "0015_disease_profiles")]
    operations = [migrations.RunPython(add, take_away)]
