"""The two usual ways to cut the day stand ready in a new plant, to be changed at will."""

from datetime import time

from django.db import migrations

PATTERNS = [
    ("3x8", "三班，每班 8 小时", [("早", time(6), 480, False), ("中", time(14), 480, False), ("夜", time(22), 480, True)]),
    ("2x12", "两班，每班 12 小时", [("白", time(8), 720, False), ("黑", time(20), 720, True)]),
]


def add(apps, schema_editor):
    Pattern, Watch = apps.get_model("plant", "WatchPattern"), apps.get_model("plant", "Watch")
    for code, name, watches in PATTERNS:
        pattern, _ = Pattern.objects.get_or_create(code=code, defaults={"name": name})
        for letter, starts, minutes, night in watches:
            Watch.objects.get_or_create(
                pattern=pattern, code=letter,
                defaults={"name": f"{letter}班", "starts": starts, "minutes": minutes, "night": night},
            )


class Migration(migrations.Migration):
    dependencies = [("plant", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
