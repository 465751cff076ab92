from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("decisions", "0003_who_could_decide_is_written_down")]

    operations = [
        migrations.AddField(
            model_name="amendment",
            name="charter",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
