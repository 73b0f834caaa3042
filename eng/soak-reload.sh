#!/usr/bin/env bash
# Changes the configuration while threads make calls, ten thousand times unless told otherwise, and fails on a failed or mixed call.
# Usage: eng/soak-reload.sh [changes]
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build tests/Sira.Tests -c Release -v q -nologo
SIRA_SOAK_RELOADS="${1:-10000}" tests/Sira.Tests/bin/Release/net10.0/Sira.Tests -noColor -class Sira.Tests.Operations.ReloadSoakTests
