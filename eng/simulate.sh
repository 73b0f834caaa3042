#!/usr/bin/env bash
# Runs simulated worlds by seed, on all cores: eng/simulate.sh [count, default 100000] [first seed, default 0]
# Prints how many broke which promise, with an example of each in full. A count of 1 replays one seed and prints its whole trace if it fails.
# With SIRA_NO_BUILD=1 the last build is run again.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 2 "$@"
number "count" 1 "${1:-100000}"
number "first seed" 0 "${2:-0}"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export SIRA_SEEDS="${1:-100000}" SIRA_FIRST_SEED="${2:-0}"
[[ -n "${SIRA_NO_BUILD:-}" ]] || dotnet build tests/Sira.Tests --configuration Release --nologo -v quiet
exec tests/Sira.Tests/bin/Release/net10.0/Sira.Tests -noColor -showLiveOutput -method Sira.Tests.Simulation.WorldTests.Worlds_KeepTheirPromises
