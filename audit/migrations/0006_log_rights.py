from django.db import migrations

# The role that serves pages appends and never changes. Whoever gives it rights calls the function afterwards
# (governance/database_roles.py); roles that got rights to all tables to come are sealed here.
FORWARD = """
CREATE FUNCTION audit_seal(role name) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('REVOKE UPDATE, DELETE ON audit_leaf, audit_checkpoint FROM %I', role);
    EXECUTE format('REVOKE DELETE ON audit_treehead, audit_tile FROM %I', role);
END $$;
SELECT audit_seal(rolname) FROM pg_roles WHERE oid IN (
    SELECT grantee FROM pg_default_acl, aclexplode(defaclacl)
    WHERE defaclrole = current_user::regrole AND defaclobjtype = 'r' AND grantee <> defaclrole
);
"""
REVERSE = "DROP FUNCTION audit_seal(name)"


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_attachment_text")]
    operations = [migrations.RunSQL(FORWARD, REVERSE)]
