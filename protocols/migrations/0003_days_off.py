"""Days off of the years known now; admins keep the table afterwards."""

from django.db import migrations

from protocols.holidays import YEARS, days_off


def add(apps, schema_editor):
    """Add what is missing; a day an admin has entered stays as it is."""
    holidays = apps.get_model("protocols", "Holiday").objects
    for year in YEARS:
        for row in days_off(year):
            values = {**row._asdict()}
            day = values.pop("day")
            holidays.get_or_create(day=day, defaults=values)


class Migration(migrations.Migration):
    """Data."""

    dependencies = [("protocols", "0002_append_only")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
