#!/usr/bin/env bash
# A Redis server for tests, on loopback: redis.sh PORT FOLDER [redis setting...]
# Prints "ready HOST:PORT" once it answers, or "missing redis-server". Ends when its standard input does.
set -uo pipefail
port=$1 folder=$2
shift 2
command -v redis-server >/dev/null || { echo "missing redis-server"; exit 3; }
redis-server --port "$port" --bind 127.0.0.1 --dir "$folder" --save "" --appendonly no --daemonize no --loglevel warning "$@" >"$folder/redis.log" 2>&1 </dev/null &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null' EXIT
for _ in {1..200}; do
  kill -0 $server 2>/dev/null || { cat "$folder/redis.log" >&2; exit 1; }
  (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && { echo "ready 127.0.0.1:$port"; break; }
  sleep 0.05
done
read -r -d '' _ || true
