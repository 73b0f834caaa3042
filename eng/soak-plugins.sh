#!/usr/bin/env bash
# The long runs of the plugins: eng/soak-plugins.sh [cycles, default 2000] [rounds of the unload matrix, default 10] [hot updates, default 200]
# Prints resident memory after cycle 100 and at the end, the rate of calls under the updates, and fails where a context survives or a call fails.
# With SIRA_NO_BUILD=1 the last build is run again.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 3 "$@"
number "number of cycles" 1 "${1:-2000}"
number "number of rounds" 1 "${2:-10}"
number "number of updates" 1 "${3:-200}"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export SIRA_PLUGIN_CYCLES="${1:-2000}" SIRA_PLUGIN_ROUNDS="${2:-10}" SIRA_PLUGIN_UPDATES="${3:-200}"
[[ -n "${SIRA_NO_BUILD:-}" ]] || dotnet build tests/Sira.Plugins.Loading.Tests --configuration Release --nologo -v quiet

# A process each: what one leaves in memory would be drift in the other.
run() { tests/Sira.Plugins.Loading.Tests/bin/Release/net10.0/Sira.Plugins.Loading.Tests -noColor -showLiveOutput -class "Sira.Plugins.Loading.Tests.Unloading.$1"; }
# Without tiers of compilation: what the compiler makes of the host in its first minutes is some 20 MB and would hide what plugins leave.
DOTNET_TieredCompilation=0 run CycleTests
run HotUpdateTests
run UnloadMatrixTests
