#!/usr/bin/env bash
# Builds the contexts of random histories with every builder and holds each against the rules: eng/contexts.sh [count, default 100000] [first seed, default 0]
# A failing seed is named; a count of 1 replays it. With SIRA_NO_BUILD=1 the last build is run again.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 2 "$@"
number "count" 1 "${1:-100000}"
number "first seed" 0 "${2:-0}"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export SIRA_SEEDS="${1:-100000}" SIRA_FIRST_SEED="${2:-0}"
[[ -n "${SIRA_NO_BUILD:-}" ]] || dotnet build tests/Sira.Session.Tests --configuration Release --nologo -v quiet
exec tests/Sira.Session.Tests/bin/Release/net10.0/Sira.Session.Tests -noColor -diagnostics -method Sira.Session.Tests.Context.ContextPropertyTests.BuildAsync_RandomHistories_KeepsEveryRule
