from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0009_where_each_wording_comes_from")]

    operations = [
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(
                condition=models.Q(("answers__isnull", False), ("state", "visible")),
                fields=["answers", "brought_at", "id"],
                name="contributions_answers_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(
                condition=models.Q(("gathering__isnull", False), ("state", "visible")),
                fields=["gathering", "brought_at", "id"],
                name="contributions_said_at",
            ),
        ),
    ]
