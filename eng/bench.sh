#!/usr/bin/env bash
# Runs the benchmarks. Results, with the machine they were measured on, land in BenchmarkDotNet.Artifacts/results.
#   --short         brief measurements: the whole suite in some minutes; bytes are exact, times stray by several per cent
#   --here          in one process, without building a project of its own for each run; quicker on a loaded machine
#   --allocations   only bytes and clock readings per call, and of which types the bytes are; a minute or two
#   --times         only times of unary calls, all subjects in turns and the fastest turn of each; a minute
#   --growth        memory after up to 1,000,000 calls of ever new tenants, users, questions and models; two minutes
#   --plugins       loading a plugin and its first call, beside a bare context; half a minute
#   --scheduler     quotas and fair picks in turns, and how long single decisions take, beside their floors; a minute
#   --sqlite        values and sessions in SQLite, beside bare statements and a probe of the disk; half a minute
#   --journal       durable messages through the bus on SQLite, beside bare appends and a probe of the disk; a minute
# Each of the last six stands alone.
# Anything else goes to BenchmarkDotNet, such as: eng/bench.sh --short --filter '*UnaryCall*'
set -euo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect "$#" "$@"
case "${1:-}" in
  --allocations | --times | --growth | --plugins | --scheduler | --journal | --sqlite) [[ $# -eq 1 ]] || refuse "'$1' stands alone." ;;
  "" | -*) ;;
  *) refuse "'$1' is no option. To choose benchmarks, use --filter '*$1*'." ;;
esac
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet build benchmarks/Sira.Benchmarks --configuration Release --nologo -v quiet

# Without a filter BenchmarkDotNet would ask which benchmarks are meant, and wait.
case " $* " in
  *" --allocations "* | *" --times "* | *" --growth "* | *" --plugins "* | *" --scheduler "* | *" --journal "* | *" --sqlite "* | *" --filter "* | *" -f "* | *" --list "*) ;;
  *) set -- "$@" --filter '*' ;;
esac
exec dotnet run --project benchmarks/Sira.Benchmarks --configuration Release --no-build -- "$@"
