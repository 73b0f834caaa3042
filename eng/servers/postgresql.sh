#!/usr/bin/env bash
# A PostgreSQL server for tests, on loopback: postgresql.sh PORT FOLDER [name=value...]
# Makes a cluster in the folder unless there is one. Prints "ready CONNECTION STRING" once it answers,
# or "missing postgresql". Ends when its standard input does.
set -uo pipefail
port=$1 folder=$2
shift 2
binaries=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[[ -x "$binaries/postgres" ]] || { echo "missing postgresql"; exit 3; }

# The server refuses to run as root.
as=()
if [[ $EUID -eq 0 ]]; then
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  chown postgres "$folder"
fi
if [[ ! -d "$folder/data" ]]; then
  echo sira >"$folder/password"
  chmod 644 "$folder/password"
  (cd / && "${as[@]}" "$binaries/initdb" -D "$folder/data" -U sira -A scram-sha-256 --pwfile="$folder/password" --no-sync --locale=C -E UTF8) >"$folder/initdb.log" 2>&1 || { cat "$folder/initdb.log" >&2; exit 1; }
fi
settings=()
for setting in "$@"; do settings+=(-c "$setting"); done
# After kill -9 a process of the old server may still be at its end; none may work on the files of the new one. The server looks at
# these files for it, which name a process that may be waiting to be reaped, so look where processes are at home instead.
for _ in {1..600}; do
  [[ -d /proc/self ]] && find /proc/[0-9]*/cwd -maxdepth 0 -lname "$folder/data" 2>/dev/null | grep -q . || break
  sleep 0.1
done
rm -f "$folder/data/postmaster.pid" "$folder/.s.PGSQL.$port.lock"
cd /
"${as[@]}" "$binaries/postgres" -D "$folder/data" -p "$port" -k "$folder" -h 127.0.0.1 -c max_connections=200 "${settings[@]}" >"$folder/postgresql.log" 2>&1 </dev/null &
server=$!
trap 'kill -INT $server 2>/dev/null; wait $server 2>/dev/null' EXIT
for _ in {1..400}; do
  kill -0 $server 2>/dev/null || { cat "$folder/postgresql.log" >&2; exit 1; }
  "$binaries/pg_isready" -q -h 127.0.0.1 -p "$port" && { echo "ready Host=127.0.0.1;Port=$port;Username=sira;Password=sira;Database=postgres;Timeout=60"; break; }
  sleep 0.05
done
read -r -d '' _ || true
