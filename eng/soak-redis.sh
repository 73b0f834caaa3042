#!/usr/bin/env bash
# Kills a Redis server under load, and runs the client over bad networks: eng/soak-redis.sh [kills, default 500] [networks, default 40]
# Fails where an acknowledged write is lost, a refused one is there, or an answer reaches the wrong caller.
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 2 "$@"
number "number of kills" 1 "${1:-500}"
number "number of networks" 1 "${2:-40}"
tests=Sira.Storage.Redis.Tests
dotnet build "tests/$tests" -c Release -v q -nologo
SIRA_SOAK_REDIS_KILLS="${1:-500}" SIRA_SOAK_REDIS_SEEDS="${2:-40}" "tests/$tests/bin/Release/net10.0/$tests" -noColor -class "$tests.Engine.RestartTests" -class "$tests.Client.Connections.ChaosTests"
