"""The database refuses to change or delete a published version."""

from django.db import migrations

from config.shared.definitions import freeze_table_sql


class Migration(migrations.Migration):

    dependencies = [("forms_builder", "0001_initial")]

    operations = [
        migrations.RunSQL(*freeze_table_sql("forms_builder_formversion")),
        migrations.RunSQL(*freeze_table_sql("forms_builder_choicelistversion")),
    ]
