#!/usr/bin/env bash
# Kills a process that writes to the engines of SQLite and RocksDB, and looks whether what was acknowledged is there: eng/soak-crashes.sh [rounds, default 500]
# Fails on a write that was lost or made by half.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 1 "$@"
number "number of rounds" 1 "${1:-500}"
export SIRA_SOAK_CRASHES="${1:-500}"
for engine in Sira.Storage Sira.Storage.RocksDb; do
  suite="$engine.Tests"
  dotnet build "tests/$suite" -c Release -v q -nologo
  "tests/$suite/bin/Release/net10.0/$suite" -noColor -class "*CrashTests"
done
