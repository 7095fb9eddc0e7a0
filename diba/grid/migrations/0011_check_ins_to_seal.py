"""A column for what people said, sealed; the next migrations fill it and take the open columns away."""

from django.db import migrations

from diba.plant.fields import SealedJson


class Migration(migrations.Migration):
    dependencies = [("grid", "0010_cases_contacts_drills"), ("plant", "0006_task_about_a_person")]
    operations = [migrations.AddField("checkin", "said", SealedJson(null=True))]
