#!/usr/bin/env bash
# Changes the configuration while threads make calls: eng/soak-reload.sh [changes, default 10000]
# Fails on a failed or mixed call.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 1 "$@"
number "number of changes" 1 "${1:-10000}"
dotnet build tests/Sira.Tests -c Release -v q -nologo
SIRA_SOAK_RELOADS="${1:-10000}" tests/Sira.Tests/bin/Release/net10.0/Sira.Tests -noColor -class Sira.Tests.Operations.ReloadSoakTests
