#!/bin/sh
# Lays or upgrades the schema of Temporal's two databases; may be repeated. SQL_PASSWORD is read by the tool.
set -eu

schema() {
  temporal-sql-tool --plugin postgres12 --ep postgres --port 5432 --user temporal --db "$1" "$2" "$3" "$4"
}

schema temporal setup-schema -v 0.0
schema temporal update-schema -d /etc/temporal/schema/postgresql/v12/temporal/versioned
schema temporal_visibility setup-schema -v 0.0
schema temporal_visibility update-schema -d /etc/temporal/schema/postgresql/v12/visibility/versioned
