from django.db import migrations, models

# django-otp allows several devices; an account of the portal has one app and one set of recovery codes.
FORWARD = """
CREATE UNIQUE INDEX second_factor_app_once ON otp_totp_totpdevice (user_id);
CREATE UNIQUE INDEX second_factor_paper_once ON otp_static_staticdevice (user_id);
"""
REVERSE = """
DROP INDEX second_factor_app_once;
DROP INDEX second_factor_paper_once;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0003_layouts"),
        ("otp_totp", "0003_add_timestamps"),
        ("otp_static", "0003_add_timestamps"),
    ]
    operations = [
        migrations.AddField(
            model_name="user",
            name="second_factor_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="second factor since"),
        ),
        migrations.AlterField(
            model_name="user",
            name="created_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="made at"),
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
