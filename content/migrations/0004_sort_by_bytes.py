from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0003_frozen_versions"),
    ]

    operations = [
        migrations.AlterField(
            model_name="legalact",
            name="title_sort",
            field=models.CharField(
                blank=True, db_collation="C", default="", editable=False, max_length=255
            ),
        ),
        migrations.AlterField(
            model_name="location",
            name="title_sort",
            field=models.CharField(
                blank=True, db_collation="C", default="", editable=False, max_length=255
            ),
        ),
        migrations.AlterField(
            model_name="organization",
            name="title_sort",
            field=models.CharField(
                blank=True, db_collation="C", default="", editable=False, max_length=255
            ),
        ),
        migrations.AlterField(
            model_name="place",
            name="title_sort",
            field=models.CharField(
                blank=True, db_collation="C", default="", editable=False, max_length=255
            ),
        ),
        migrations.AlterField(
            model_name="vulnerablegroup",
            name="title_sort",
            field=models.CharField(
                blank=True, db_collation="C", default="", editable=False, max_length=255
            ),
        ),
    ]
