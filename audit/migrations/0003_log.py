from django.db import migrations, models

FORWARD = """
ALTER TABLE audit_leaf
    ADD CONSTRAINT leaf_hashes_are_sha256 CHECK (octet_length(content_hash) = 32 AND octet_length(leaf_hash) = 32),
    ADD CONSTRAINT leaf_salt_is_whole_or_gone CHECK (octet_length(salt) IN (0, 16)),
    ADD CONSTRAINT leaf_code_has_ten_characters CHECK (code ~ '^[0-9A-HJKMNP-TV-Z]{10}$');
ALTER TABLE audit_treehead
    ADD CONSTRAINT treehead_one_peak_per_bit CHECK (octet_length(peaks) = 32 * bit_count(size::bit(64)));
ALTER TABLE audit_tile
    ALTER hashes SET STORAGE EXTERNAL,  -- hashes cannot be compressed
    ADD CONSTRAINT tile_place_from_zero CHECK (level >= 0 AND index >= 0),
    ADD CONSTRAINT tile_holds_hashes CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0);

CREATE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- A leaf stays as it is; only its salt goes, once a leaf says that its content was redacted.
CREATE FUNCTION audit_leaf_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE expected audit_leaf;
BEGIN
    expected := OLD;
    expected.salt := '';
    IF NEW IS DISTINCT FROM expected OR NOT EXISTS (
        SELECT FROM audit_leaf WHERE kind = 'redaction' AND subject = OLD.subject
    ) THEN
        RAISE EXCEPTION 'audit_leaf is append-only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER leaf_is_fixed BEFORE UPDATE ON audit_leaf FOR EACH ROW EXECUTE FUNCTION audit_leaf_is_fixed();
CREATE TRIGGER leaf_stays BEFORE DELETE ON audit_leaf FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only();
CREATE TRIGGER leaf_no_truncate BEFORE TRUNCATE ON audit_leaf
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();

-- The app role may not update leaves: the redaction itself takes the salt away, as the owner.
CREATE FUNCTION audit_redaction_takes_salt() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE audit_leaf SET salt = ''
        WHERE subject = NEW.subject AND kind IN ('publication', 'correction', 'resolution') AND salt <> '';
    RETURN NULL;
END $$;
CREATE TRIGGER redaction_takes_salt AFTER INSERT ON audit_leaf
    FOR EACH ROW WHEN (NEW.kind = 'redaction') EXECUTE FUNCTION audit_redaction_takes_salt();

-- Leaf and head grow together: no leaf before its turn, none without the head, no head without the leaves.
CREATE FUNCTION audit_leaf_comes_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.index < (SELECT size FROM audit_treehead) THEN
        RAISE EXCEPTION 'a leaf comes after those that are there'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'leaf_comes_next';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER leaf_comes_next BEFORE INSERT ON audit_leaf FOR EACH ROW EXECUTE FUNCTION audit_leaf_comes_next();

CREATE FUNCTION audit_leaf_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.index >= coalesce((SELECT size FROM audit_treehead), 0) THEN
        RAISE EXCEPTION 'a leaf is counted by the head'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'leaf_is_counted';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER leaf_is_counted AFTER INSERT ON audit_leaf DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION audit_leaf_is_counted();

CREATE FUNCTION audit_treehead_grows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE old_size bigint := 0;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        old_size := OLD.size;
    ELSIF EXISTS (SELECT FROM audit_treehead) THEN
        RETURN NEW;  -- its key refuses it: two made the first one at once
    ELSIF EXISTS (SELECT FROM audit_leaf) THEN
        old_size := -1;  -- a lost head is not made anew
    END IF;
    IF NEW.size < old_size OR old_size < 0 OR NEW.size - old_size <> (
        SELECT count(*) FROM audit_leaf WHERE index >= old_size AND index < NEW.size
    ) THEN
        RAISE EXCEPTION 'the head grows with the leaves'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'treehead_grows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER treehead_grows BEFORE INSERT OR UPDATE ON audit_treehead
    FOR EACH ROW EXECUTE FUNCTION audit_treehead_grows();
CREATE TRIGGER treehead_stays BEFORE DELETE ON audit_treehead
    FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only();
CREATE TRIGGER treehead_no_truncate BEFORE TRUNCATE ON audit_treehead
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();

CREATE FUNCTION audit_tile_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.level <> OLD.level OR NEW.index <> OLD.index
        OR substring(NEW.hashes FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
        RAISE EXCEPTION 'a tile only grows' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tile_grows BEFORE UPDATE ON audit_tile FOR EACH ROW EXECUTE FUNCTION audit_tile_grows();
CREATE TRIGGER tile_stays BEFORE DELETE ON audit_tile FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only();
CREATE TRIGGER tile_no_truncate BEFORE TRUNCATE ON audit_tile
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();

CREATE TRIGGER checkpoint_append_only BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only();
CREATE TRIGGER checkpoint_no_truncate BEFORE TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_log_is_append_only();
"""
REVERSE = """
DROP TRIGGER leaf_is_fixed ON audit_leaf;
DROP TRIGGER leaf_stays ON audit_leaf;
DROP TRIGGER leaf_no_truncate ON audit_leaf;
DROP TRIGGER redaction_takes_salt ON audit_leaf;
DROP TRIGGER leaf_comes_next ON audit_leaf;
DROP TRIGGER leaf_is_counted ON audit_leaf;
DROP TRIGGER treehead_grows ON audit_treehead;
DROP TRIGGER treehead_stays ON audit_treehead;
DROP TRIGGER treehead_no_truncate ON audit_treehead;
DROP TRIGGER tile_grows ON audit_tile;
DROP TRIGGER tile_stays ON audit_tile;
DROP TRIGGER tile_no_truncate ON audit_tile;
DROP TRIGGER checkpoint_append_only ON audit_checkpoint;
DROP TRIGGER checkpoint_no_truncate ON audit_checkpoint;
DROP FUNCTION audit_log_is_append_only();
DROP FUNCTION audit_leaf_is_fixed();
DROP FUNCTION audit_redaction_takes_salt();
DROP FUNCTION audit_leaf_comes_next();
DROP FUNCTION audit_leaf_is_counted();
DROP FUNCTION audit_treehead_grows();
DROP FUNCTION audit_tile_grows();
ALTER TABLE audit_leaf DROP CONSTRAINT leaf_hashes_are_sha256;
ALTER TABLE audit_leaf DROP CONSTRAINT leaf_salt_is_whole_or_gone;
ALTER TABLE audit_leaf DROP CONSTRAINT leaf_code_has_ten_characters;
ALTER TABLE audit_treehead DROP CONSTRAINT treehead_one_peak_per_bit;
ALTER TABLE audit_tile DROP CONSTRAINT tile_place_from_zero;
ALTER TABLE audit_tile DROP CONSTRAINT tile_holds_hashes;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_triggers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "level", "index", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hashes", models.BinaryField()),
            ],
            options={
                "verbose_name": "tile of the public log",
                "verbose_name_plural": "tiles of the public log",
                "ordering": ["level", "index"],
            },
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("note", models.TextField()),
            ],
            options={
                "verbose_name": "checkpoint of the public log",
                "verbose_name_plural": "checkpoints of the public log",
                "ordering": ["size"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("size__gte", 0)), name="checkpoint_size_from_zero")
                ],
            },
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("publication", "publication"),
                            ("correction", "correction"),
                            ("withdrawal", "withdrawal"),
                            ("resolution", "resolution"),
                            ("redaction", "redaction"),
                        ],
                        max_length=12,
                    ),
                ),
                ("subject", models.CharField(db_collation="C", max_length=60)),
                ("path", models.CharField(db_collation="C", max_length=300)),
                ("number", models.CharField(max_length=100)),
                ("version", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("salt", models.BinaryField()),
                ("content_hash", models.BinaryField()),
                ("leaf_hash", models.BinaryField()),
                ("code", models.CharField(db_collation="C", max_length=10, unique=True)),
            ],
            options={
                "verbose_name": "leaf of the public log",
                "verbose_name_plural": "leaves of the public log",
                "ordering": ["index"],
                "indexes": [models.Index(fields=["path", "index"], name="leaf_by_path")],
                "constraints": [
                    models.UniqueConstraint(fields=("subject", "kind"), name="leaf_once_per_subject"),
                    models.CheckConstraint(condition=models.Q(("index__gte", 0)), name="leaf_index_from_zero"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["publication", "correction", "withdrawal", "resolution", "redaction"])
                        ),
                        name="leaf_kind_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TreeHead",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(default=0)),
                ("peaks", models.BinaryField(default=b"")),
            ],
            options={
                "verbose_name": "head of the public log",
                "verbose_name_plural": "head of the public log",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="treehead_is_one"),
                    models.CheckConstraint(condition=models.Q(("size__gte", 0)), name="treehead_size_from_zero"),
                ],
            },
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
