"""Sign the rows that were written before each row carried an HMAC; one that was altered since keeps its old digest."""

import hashlib
import json
import secrets

from django.db import migrations

FIELDS = ("at", "account_id", "roles", "verb", "object_type", "object_id", "detail", "address")


def sign_rows(apps, schema_editor):
    from diba.plant.actions.record import NONCE, sign

    for row in apps.get_model("plant", "Record").objects.order_by("id").iterator():
        values = [row.at.timestamp(), *(getattr(row, name) for name in FIELDS[1:])]
        if hashlib.sha256(json.dumps(values, ensure_ascii=False).encode()).hexdigest() == row.digest:
            row.digest = sign(row, secrets.token_hex(NONCE // 2))
            row.save(update_fields=["digest"])


class Migration(migrations.Migration):
    dependencies = [("plant", "0002_watches_of_a_new_plant")]
    operations = [migrations.RunPython(sign_rows, migrations.RunPython.noop)]
