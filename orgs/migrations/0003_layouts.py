import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION orgs_layout_of_street() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT level FROM orgs_orgunit WHERE id = NEW.unit_id) <> 4 THEN
        RAISE EXCEPTION 'a layout belongs to a street' USING ERRCODE = 'check_violation',
            CONSTRAINT = 'export_layout_of_street';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER export_layout_of_street BEFORE INSERT OR UPDATE OF unit_id ON orgs_exportlayout
    FOR EACH ROW EXECUTE FUNCTION orgs_layout_of_street();
"""
BACKWARD = """
DROP TRIGGER export_layout_of_street ON orgs_exportlayout;
DROP FUNCTION orgs_layout_of_street();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0002_triggers"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportLayout",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sheet", models.CharField(max_length=40, verbose_name="list")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="export_layouts",
                        to="orgs.orgunit",
                        verbose_name="street or town",
                    ),
                ),
            ],
            options={
                "verbose_name": "export layout",
                "verbose_name_plural": "export layouts",
                "ordering": ["unit", "sheet"],
            },
        ),
        migrations.CreateModel(
            name="LayoutColumn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40, verbose_name="column")),
                ("heading", models.CharField(blank=True, max_length=40, verbose_name="own heading")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="order")),
                (
                    "layout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="columns", to="orgs.exportlayout"
                    ),
                ),
            ],
            options={
                "verbose_name": "column",
                "verbose_name_plural": "columns",
                "ordering": ["position", "id"],
            },
        ),
        migrations.AddConstraint(
            model_name="exportlayout",
            constraint=models.UniqueConstraint(
                fields=("unit", "sheet"),
                name="export_layout_once",
                violation_error_message="This street has a layout for this list already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="exportlayout",
            constraint=models.CheckConstraint(
                condition=models.Q(("sheet", ""), _negated=True), name="export_layout_has_list"
            ),
        ),
        migrations.AddConstraint(
            model_name="layoutcolumn",
            constraint=models.UniqueConstraint(
                fields=("layout", "key"),
                name="layout_column_once",
                violation_error_message="This column is there already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="layoutcolumn",
            constraint=models.CheckConstraint(
                condition=models.Q(("key", ""), _negated=True), name="layout_column_has_key"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
