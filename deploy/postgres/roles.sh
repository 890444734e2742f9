#!/bin/sh
# One role and one database per service; no role sees another's database.
set -eu
for service in intake triage notifier reporting; do
    psql -v ON_ERROR_STOP=1 -U postgres -v password="$(cat /passwords/postgres_$service)" -v name="$service" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE CONNECT ON DATABASE :"name" FROM PUBLIC;
SQL
done
