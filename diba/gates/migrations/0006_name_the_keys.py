from itertools import pairwise

from django.db import migrations
from django.db.models import Q


def name_the_keys(apps, schema_editor):
    """A pass was signed by the key in use when it was written; a device knows the newest that its lists can have named."""
    key, issued, device = (apps.get_model("gates", name) for name in ("SigningKey", "Pass", "Device"))
    rows = list(key.objects.order_by("id"))
    if not rows:
        return
    issued.objects.update(key=rows[-1])
    for row, after in reversed(list(pairwise(rows))):
        issued.objects.filter(at__lt=row.retired_at or after.made_at).update(key=row)
    guards = device.objects.filter(machine=None).exclude(app="paper")
    guards.update(key=rows[0])
    for row in rows[1:]:
        guards.filter(Q(lists_at__gte=row.made_at) | Q(enrolled_at__gte=row.made_at)).update(key=row)


class Migration(migrations.Migration):
    dependencies = [("gates", "0005_keys")]

    operations = [migrations.RunPython(name_the_keys, migrations.RunPython.noop)]
