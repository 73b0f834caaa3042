#!/usr/bin/env bash
# Kills a process that writes to the RocksDB engine, and looks whether what was acknowledged is there: eng/soak-crashes.sh [rounds, default 500]
# Fails on a write that was lost or made by half.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 1 "$@"
number "number of rounds" 1 "${1:-500}"
dotnet build tests/Sira.Storage.RocksDb.Tests -c Release -v q -nologo
SIRA_SOAK_CRASHES="${1:-500}" tests/Sira.Storage.RocksDb.Tests/bin/Release/net10.0/Sira.Storage.RocksDb.Tests -noColor -class Sira.Storage.RocksDb.Tests.Crashes.RocksDbCrashTests
