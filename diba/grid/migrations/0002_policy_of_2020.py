"""The health rules a new plant begins with; a later policy is a new row."""

from datetime import date, time
from decimal import Decimal

from django.db import migrations


def add(apps, schema_editor):
    apps.get_model("grid", "Policy").objects.get_or_create(
        starts_on=date(2020, 1, 1),
        defaults={
            "threshold": Decimal("37.3"), "comparator": ">", "due": time(9), "grace": 120, "second_due": time(18),
            "isolation_days": 14,
            "source": "国发明电〔2020〕4号（2020-02-21）：>37.3 ℃、隔离 14 天、隔离人员每日两次；截止时间为默认值，可改",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("grid", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
