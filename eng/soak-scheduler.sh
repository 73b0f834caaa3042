#!/usr/bin/env bash
# Runs random operations on the resource scheduler by seed, on all cores: eng/soak-scheduler.sh [operations, default 100000000] [first seed, default 0]
# Prints how far it has come, fifty times, and fails with the seed of the first world in which something was over-committed or leaked.
# 10000 operations run one seed; 100000000 took 24 minutes at the lowest priority on two busy cores.
# With SIRA_NO_BUILD=1 the last build is run again.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 2 "$@"
# One seed is 10,000 operations.
number "number of operations" 10000 "${1:-100000000}"
number "first seed" 0 "${2:-0}"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export SIRA_SOAK_OPERATIONS="${1:-100000000}" SIRA_FIRST_SEED="${2:-0}"
[[ -n "${SIRA_NO_BUILD:-}" ]] || dotnet build tests/Sira.Kernel.Tests --configuration Release --nologo -v quiet
exec tests/Sira.Kernel.Tests/bin/Release/net10.0/Sira.Kernel.Tests -noColor -showLiveOutput -method Sira.Kernel.Tests.Resources.SchedulerSoakTests.RandomOperations_NeverOverCommitAndLeakNothing
