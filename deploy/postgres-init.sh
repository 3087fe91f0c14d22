#!/bin/sh
# Runs once, in an empty PostgreSQL: a role and databases for Temporal, and a role and database for the engine.
# Neither role is a superuser or sees the other's data.
set -eu

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set temporal_password="$TEMPORAL_DB_PASSWORD" \
  --set invordering_password="$INVORDERING_DB_PASSWORD" <<'SQL'
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
CREATE ROLE invordering LOGIN PASSWORD :'invordering_password';
CREATE DATABASE invordering OWNER invordering;
REVOKE CONNECT ON DATABASE temporal, temporal_visibility, invordering FROM PUBLIC;
SQL
