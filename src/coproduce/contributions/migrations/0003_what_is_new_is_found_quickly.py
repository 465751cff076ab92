from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0002_whose_the_waiting_words_are")]

    operations = [
        migrations.AddIndex(
            model_name="acknowledgement",
            index=models.Index(fields=["at"], name="contributions_thanked_lately"),
        ),
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(
                fields=["space", "brought_at"],
                condition=models.Q(answers__isnull=False),
                name="contributions_answered_lately",
            ),
        ),
        migrations.AddIndex(
            model_name="contribution",
            index=models.Index(
                fields=["space", "state", "said_on", "ways", "author", "answers", "id"], name="contributions_counted"
            ),
        ),
    ]
