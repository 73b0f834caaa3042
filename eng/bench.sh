#!/usr/bin/env bash
# Runs the benchmarks. Results, with the machine they were measured on, land in BenchmarkDotNet.Artifacts/results.
#   --short         brief measurements: the whole suite in some minutes; bytes are exact, times stray by several per cent
#   --allocations   only bytes per call, and of which types they are; a few seconds
# Anything else goes to BenchmarkDotNet, such as: eng/bench.sh --short --filter '*UnaryCall*'
set -euo pipefail
cd "$(dirname "$0")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build benchmarks/Sira.Benchmarks --configuration Release --nologo -v quiet

# Without a filter BenchmarkDotNet would ask which benchmarks are meant, and wait.
case " $* " in
  *" --allocations "* | *" --filter "* | *" -f "* | *" --list "*) ;;
  *) set -- "$@" --filter '*' ;;
esac
exec dotnet run --project benchmarks/Sira.Benchmarks --configuration Release --no-build -- "$@"
