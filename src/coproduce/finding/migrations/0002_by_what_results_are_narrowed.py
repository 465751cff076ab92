from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("finding", "0001_what_can_be_found"),
    ]

    operations = [
        migrations.AddField(
            model_name="searchable",
            name="marks",
            field=models.TextField(default=""),
        ),
    ]
