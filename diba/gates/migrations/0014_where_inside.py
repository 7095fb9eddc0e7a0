"""Whoever is inside is in the zone of the gate he came in by."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, _editor):
    gates = apps.get_model("gates", "Gate").objects.filter(pk=OuterRef("gate"))
    rows = apps.get_model("gates", "Presence").objects.filter(inside=True)
    rows.update(zone=Subquery(gates.values("zone")[:1]))


class Migration(migrations.Migration):
    dependencies = [("gates", "0013_zones_within_zones")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
