#!/usr/bin/env bash
# Kills a process that publishes durable messages and handles them, and starts it again: eng/soak-journal.sh [kills, default 500]
# Fails when a message that was acknowledged is not handled in the end.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 1 "$@"
number "number of kills" 1 "${1:-500}"
dotnet build tests/Sira.Storage.Tests -c Release -v q -nologo
SIRA_SOAK_KILLS="${1:-500}" tests/Sira.Storage.Tests/bin/Release/net10.0/Sira.Storage.Tests -noColor -class Sira.Storage.Tests.Messaging.JournalKillTests
