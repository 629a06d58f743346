#!/usr/bin/env bash
# Measures the admission path as the image runs it: ready time, latency at a fixed rate, throughput against a baseline,
# resident memory. Needs wrk (Debian: apt-get install wrk), openssl, JDK 25 as java or in JAVA_HOME, and
# target/sidecar-sizer.jar. Loopback only; ends by itself.
#   bench/admission/run.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly SECONDS_EACH=${1:-20} PROFILES=${PROFILES:-10000} RATE=${RATE:-500} CONNECTIONS=8
readonly REVIEW=${REVIEW:-$PWD/bench/admission/review.json}
readonly PORT=18443 MANAGEMENT=18080
readonly JAR=${JAR:-target/sidecar-sizer.jar}
[ -z "${JAVA_HOME:-}" ] || PATH=$JAVA_HOME/bin:$PATH
export MALLOC_ARENA_MAX=2

for need in wrk curl openssl java; do
  command -v "$need" >/dev/null || { echo "$need is not there: see the head of this file" >&2; exit 1; }
done
[ -f "$JAR" ] || { echo "$JAR is not there: mvn package" >&2; exit 1; }

work=$(mktemp -d)
server=
end() {
  kill -9 "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  server=
}
trap '[ -z "$server" ] || end; rm -rf "$work"' EXIT

# as the Dockerfile has it
java -Djarmode=tools -jar "$JAR" extract --destination "$work/app" --application-filename sidecar-sizer.jar
cp src/main/image/* "$work/app"
find "$work/app" -exec touch -d 2000-01-01T00:00:00Z {} +
(cd "$work/app" && sh train.sh)

mkdir "$work/profiles"
for ((i = 0; i < PROFILES; i++)); do
  cat >>"$work/profiles/$((i % 100)).yaml" <<YAML
---
apiVersion: sidecar-sizer.dev/v1alpha1
kind: SidecarProfile
metadata: {name: deployment-app-$i, namespace: bench}
spec: {workload: {apiVersion: apps/v1, kind: Deployment, name: app-$i}}
status:
  recommendation: {memoryRequest: $((64 + i % 64))Mi, memoryLimit: $((192 + i % 256))Mi, idleTimeout: 300s}
  observed: {pods: 3, days: 14, samples: 48384, p50: 61Mi, p90: 78Mi, p99: 120Mi, peak: 151Mi, live: 66Mi, oomKills: 0}
  proxy: {version: "1.31.0", concurrency: 2, rawTcp: false}
  conditions: [{type: Ready, status: "True", reason: EnoughHistory, message: "", lastTransitionTime: "2026-11-20T10:00:00Z"}]
YAML
done

# start FOLDER: serves the profiles there; "ready" is how many ms that took
start() {
  local started
  started=$(date +%s%N)
  cd "$work/app"
  java @java.options -XX:AOTCache=sidecar-sizer.aot -jar sidecar-sizer.jar --spring.profiles.active=local \
    --sidecar-sizer.profiles.directory="$1" --server.port=$PORT --management.server.port=$MANAGEMENT >"$work/log" 2>&1 &
  server=$!
  cd - >/dev/null
  until curl -ksf "https://localhost:$PORT/readyz" >/dev/null; do
    kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    [ $(($(date +%s%N) - started)) -lt 60000000000 ] || { echo "not ready within 60 s" >&2; cat "$work/log" >&2; exit 1; }
    sleep 0.02
  done
  ready=$((($(date +%s%N) - started) / 1000000))
}
memory() { awk -v key="$1" '$1 == key":" { printf "%d", $2 / 1024 }' "/proc/$server/status"; }

# load KIND PACE SECONDS: KIND is sized or passed, PACE the pause of each connection in ms, 0 for as fast as it goes
load() {
  BENCH_KIND=$1 BENCH_PACE=$2 BENCH_REVIEW=$REVIEW BENCH_WORKLOADS=$PROFILES \
    wrk -t1 -c$CONNECTIONS -d"$3"s --latency -s bench/admission/reviews.lua "https://localhost:$PORT/mutate"
}
buckets() {
  curl -s "http://localhost:$MANAGEMENT/metrics" | grep '^sidecar_sizer_review_duration_seconds_bucket.*endpoint="mutate"' |
    sed -E 's/.*le="([^"]+)".* ([0-9.eE+]+)$/\1 \2/'
}
# quantile Q of the calls between two dumps of cumulative buckets, in ms: the bound of the bucket that holds it
quantile() {
  paste -d' ' "$work/before" "$work/after" | awk -v q="$1" '
    { bound[NR] = $1; calls[NR] = $4 - $2 }
    END { for (i = 1; i <= NR; i++) if (calls[i] >= q * calls[NR]) { print bound[i] * 1000; exit } }'
}

echo "$(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg); $(wc -c <"$REVIEW") bytes a review"
for profiles in "$PWD/docs/examples/shop" "$work/profiles"; do
  times=
  for _ in 1 2 3 4 5; do
    start "$profiles"
    times="$times $ready"
    end
  done
  echo "ready, ms, five starts with $(grep -rh "^kind: SidecarProfile" "$profiles" | wc -l) profiles:$times"
done

start "$work/profiles"
idle=$(memory VmRSS)
load sized 0 15 >/dev/null
buckets >"$work/before"
# a connection waits for its answer too, about 2 ms
load sized $((1000 * CONNECTIONS / RATE - 2)) "$SECONDS_EACH" >"$work/paced"
buckets >"$work/after"
echo "at a fixed rate, $PROFILES profiles: $(awk '/Requests\/sec/ { print $2 }' "$work/paced") reviews/s"
echo "  handler: p50 <= $(quantile 0.5) ms, p99 <= $(quantile 0.99) ms, p99.9 <= $(quantile 0.999) ms"
awk '/50%|99%/ { print "  client, TLS included: p" $1 " " $2 }' "$work/paced"
echo "  resident $(memory VmRSS) MiB, of which the process's own $(memory RssAnon) MiB; ${idle} MiB when ready"
echo "as fast as it goes, in pairs: sized against passed on unread (no proxy in the pod)"
for pair in 1 2 3; do
  sized=$(load sized 0 "$SECONDS_EACH" | awk '/Requests\/sec/ { print $2 }')
  passed=$(load passed 0 "$SECONDS_EACH" | awk '/Requests\/sec/ { print $2 }')
  awk -v pair=$pair -v a="$sized" -v b="$passed" \
    'BEGIN { printf "  pair %d: sized %.0f/s, passed %.0f/s, ratio %.2f\n", pair, a, b, a / b }'
done
echo "  resident $(memory VmRSS) MiB, of which the process's own $(memory RssAnon) MiB; $(memory VmHWM) MiB at most"
echo "load at the end $(cut -d' ' -f1-3 /proc/loadavg)"
