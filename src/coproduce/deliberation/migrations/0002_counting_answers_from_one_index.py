from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deliberation', '0001_the_first_shape'),
        ('people', '0001_the_first_shape'),
    ]

    operations = [
        migrations.AddField(
            model_name='earlierresponse',
            name='attribution',
            field=models.CharField(choices=[('name', 'My full name'), ('chosen', 'The name I gave you'), ('standpoint', 'No name, but how I know'), ('anonymous', 'No name at all')], default='standpoint', max_length=10),
        ),
        migrations.AddIndex(
            model_name='response',
            index=models.Index(fields=['statement', 'answer'], name='deliberation_response_count'),
        ),
    ]
