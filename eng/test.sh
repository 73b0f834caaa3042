#!/usr/bin/env bash
# Builds everything, runs every test, and checks the packages from outside.
#   --install   first installs what the tests need and the machine lacks (the .NET SDK itself excepted)
# Prints one line per suite and ends with "N passed, N failed, N skipped" over all of them.
set -uo pipefail
cd "$(dirname "$0")/.."
source eng/arguments.sh
expect 1 "$@"

# Servers and libraries of Debian that the tests of storage engines use. They start the servers themselves, on loopback.
# What cannot be installed is named by the tests that are skipped for it.
install() {
  local missing=()
  command -v redis-server >/dev/null || missing+=(redis-server)
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
  ldconfig -p | grep -q librocksdb || missing+=(librocksdb7.8)
  ldconfig -p | grep -q libzstd || missing+=(libzstd1)
  [[ ${#missing[@]} -gt 0 ]] || return 0
  command -v apt-get >/dev/null || { echo "Not installed, and no apt-get here: ${missing[*]}"; return 0; }
  local as=()
  [[ $EUID -eq 0 ]] || as=(sudo)
  "${as[@]}" apt-get update -qq >/dev/null 2>&1
  DEBIAN_FRONTEND=noninteractive "${as[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null 2>&1 || echo "Could not install: ${missing[*]}"
}

if [[ "${1:-}" == "--install" ]]; then
  shift
  install
  dotnet restore Sira.sln --nologo -v quiet || exit 1
fi
[[ $# -eq 0 ]] || refuse "'$1' is no option."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
passed=0 failed=0 skipped=0

dotnet build Sira.sln --configuration Release --nologo -v quiet || { echo "The build failed."; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
for project in tests/*Tests; do
  suite=$(basename "$project")
  log="$results/$suite.log"
  "$project/bin/Release/net10.0/$suite" -noColor -xml "$results/$suite.xml" >"$log" 2>&1
  code=$?
  if ! counts=$(grep -o '<assembly [^>]*>' "$results/$suite.xml" 2>/dev/null | head -1) || [[ -z "$counts" ]]; then
    cat "$log"
    echo "$suite: did not run (exit code $code)"
    failed=$((failed + 1))
    continue
  fi

  number() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counts"; }
  p=$(number passed) f=$(($(number failed) + $(number errors))) s=$(($(number skipped) + $(number not-run)))
  [[ $f -eq 0 && $code -eq 0 ]] || grep -vE '^(xUnit.net|  (Discovering|Discovered|Starting|Finished):)' "$log"
  [[ $f -eq 0 && $code -ne 0 ]] && f=1
  echo "$suite: $p passed, $f failed, $s skipped"
  grep -E '\[SKIP\]' -A1 "$log" | grep -vE '\[SKIP\]|^--' | sed 's/^ */    skipped: /' | sort | uniq -c | sort -rn | head -5
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

# An application outside the solution, on the packages as they would be published.
feed="$results/feed"
if eng/pack.sh "$feed" >"$results/pack.log" 2>&1 && eng/package-check/run.sh "$feed" >"$results/package-check.log" 2>&1; then
  echo "package check: 1 passed, 0 failed, 0 skipped"
  passed=$((passed + 1))
else
  cat "$results/pack.log" "$results/package-check.log" 2>/dev/null
  echo "package check: 0 passed, 1 failed, 0 skipped"
  failed=$((failed + 1))
fi

echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed -eq 0 ]]
