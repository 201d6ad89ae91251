"""History tables are append-only, and a tracked row never changes without its history row."""

from django.db import migrations

from config.shared.definitions import freeze_table_sql

TRACKED = {
    "registry_record": "registry_historicalrecord",
    "registry_submission": "registry_historicalsubmission",
    "registry_recordlink": "registry_historicalrecordlink",
}

FUNCTIONS = """
-- A tracked row is never deleted; each change of its content is exactly one more version.
CREATE FUNCTION registry_guard_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  derived text[] := ARRAY['title_fold', 'title_sort', 'search_internal', 'search_personal',
                          'search_sensitive'];
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'rows of % are never deleted', TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  ELSIF TG_OP = 'INSERT' THEN
    IF NEW.row_version <> 1 THEN
      RAISE EXCEPTION 'a new row of % must be version 1', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
    END IF;
  ELSIF NEW.row_version <> OLD.row_version + 1
        AND (to_jsonb(NEW) - derived) <> (to_jsonb(OLD) - derived) THEN
    RAISE EXCEPTION 'row % of % changed without a new version', OLD.id, TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

-- At commit, the version that was written must stand in the history with the same hash.
CREATE FUNCTION registry_require_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  found boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE id = $1 AND row_version = $2 '
                 'AND leaf_hash = $3)', TG_ARGV[0])
    INTO found USING NEW.id, NEW.row_version, NEW.leaf_hash;
  IF NOT found THEN
    RAISE EXCEPTION 'version % of row % of % has no history', NEW.row_version, NEW.id,
      TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;

-- A history row continues the one before it and carries this database's time.
CREATE FUNCTION registry_check_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  continues boolean;
BEGIN
  IF NEW.recorded_at < transaction_timestamp() OR NEW.recorded_at > clock_timestamp() THEN
    RAISE EXCEPTION 'recorded_at of a row of % is not the time of this database',
      TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  EXECUTE format('SELECT $2 = 1 OR EXISTS (SELECT 1 FROM %I WHERE id = $1 '
                 'AND row_version = $2 - 1)', TG_TABLE_NAME)
    INTO continues USING NEW.id, NEW.row_version;
  IF NOT continues THEN
    RAISE EXCEPTION 'version % of row % is missing in %', NEW.row_version - 1, NEW.id,
      TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION registry_guard_row();
DROP FUNCTION registry_require_history();
DROP FUNCTION registry_check_history();
"""


def guard_sql(table: str, history: str) -> tuple[str, str]:
    """SQL (forward, backward) that ties `table` to its history table."""
    forward = f"""
CREATE TRIGGER {table}_guarded BEFORE INSERT OR UPDATE OR DELETE ON {table}
  FOR EACH ROW EXECUTE FUNCTION registry_guard_row();
CREATE CONSTRAINT TRIGGER {table}_has_history AFTER INSERT OR UPDATE ON {table}
  DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION registry_require_history('{history}');
CREATE UNIQUE INDEX {history}_version_once ON {history} (id, row_version);
CREATE TRIGGER {history}_checked BEFORE INSERT ON {history}
  FOR EACH ROW EXECUTE FUNCTION registry_check_history();
"""
    backward = f"""
DROP TRIGGER {table}_guarded ON {table};
DROP TRIGGER {table}_has_history ON {table};
DROP INDEX {history}_version_once;
DROP TRIGGER {history}_checked ON {history};
"""
    return forward, backward


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTIONS, DROP_FUNCTIONS),
        *(migrations.RunSQL(*guard_sql(*pair)) for pair in TRACKED.items()),
        *(
            migrations.RunSQL(*freeze_table_sql(table))
            for table in ["registry_registerversion", *TRACKED.values()]
        ),
    ]
