#!/usr/bin/env bash
# Kills processes that write to an engine, and the server of PostgreSQL under writers, and looks whether what was acknowledged is there: eng/soak-crashes.sh [rounds of each, default 500] [engine: sqlite, rocksdb, postgresql, redis or all, default all]
# Fails on a write that was lost or made by half. The server of Redis is killed by eng/soak-redis.sh.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 2 "$@"
number "number of rounds" 1 "${1:-500}"
case "${2:-all}" in
  sqlite) suites=(Sira.Storage) ;;
  rocksdb) suites=(Sira.Storage.RocksDb) ;;
  postgresql) suites=(Sira.Storage.PostgreSql) ;;
  redis) suites=(Sira.Storage.Redis) ;;
  all) suites=(Sira.Storage Sira.Storage.RocksDb Sira.Storage.PostgreSql Sira.Storage.Redis) ;;
  *) refuse "'$2' is no engine: use sqlite, rocksdb, postgresql, redis or all." ;;
esac
export SIRA_SOAK_CRASHES="${1:-500}"
for suite in "${suites[@]/%/.Tests}"; do
  dotnet build "tests/$suite" -c Release -v q -nologo
  "tests/$suite/bin/Release/net10.0/$suite" -noColor -showLiveOutput -class "*CrashTests"
done
