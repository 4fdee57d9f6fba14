from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0023_named_in_texts")]
    operations = [migrations.AddField("objection", "summarised_on", models.DateField(null=True))]
