#!/usr/bin/env bash
# Fills a store in SQLite with sessions whose turns are all mixed, and prints after each tenth whether they are as fast as before: eng/soak-sessions.sh [sessions, default 100000] [turns of each, default 20]
# Beside the times of appending and opening stand the size of the files, which grow with what is said, and that of memory, which must not. Fails when a session does not have all of its messages in the end.
# The files are in the folder for temporary files and take about 3 GB.
# With SIRA_NO_BUILD=1 the last build is run again.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 2 "$@"
number "number of sessions" 10000 "${1:-100000}"
number "number of turns" 2 "${2:-20}"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
[[ -n "${SIRA_NO_BUILD:-}" ]] || dotnet build benchmarks/Sira.Benchmarks --configuration Release --nologo -v quiet
exec benchmarks/Sira.Benchmarks/bin/Release/net10.0/Sira.Benchmarks --sessions "${1:-100000}" "${2:-20}"
