#!/usr/bin/env bash
# Measures the audit page as the image serves it: time and bytes of each answer, memory with and without it, and what
# reviews feel of it and of what-if, in one run; then what-if by itself. Prints, one a line: each answer's times and bytes;
# resident memory and heap at each stage, and what the page and what-if add; three rounds of reviews without, with somebody at
# the page, and with somebody who asks what-if besides; the median of their p99. Needs wrk (Debian: apt-get install wrk), curl,
# openssl, python3, JDK 25 as java or in JAVA_HOME, Maven, and target/sidecar-sizer.jar. Loopback only; ends by itself.
#   bench/audit-page/run.sh [WORKLOADS] [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly WORKLOADS=${1:-5000} SECONDS_EACH=${2:-20} RATE=${RATE:-200} CONNECTIONS=4
readonly REVIEW=$PWD/bench/admission/review.json
readonly PORT=${PORT:-18443} MANAGEMENT=${MANAGEMENT:-18080}
readonly JAR=${JAR:-target/sidecar-sizer.jar}
[ -z "${JAVA_HOME:-}" ] || PATH=$JAVA_HOME/bin:$PATH
export MALLOC_ARENA_MAX=2

for need in wrk curl openssl python3 java mvn; do
  command -v "$need" >/dev/null || { echo "$need is not there: see the head of this file" >&2; exit 1; }
done
[ -f "$JAR" ] || { echo "$JAR is not there: mvn package" >&2; exit 1; }

work=$(mktemp -d)
server=
visitor=
end() {
  [ -z "$visitor" ] || kill "$visitor" 2>/dev/null || true
  [ -z "$server" ] || { kill -9 "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true
  visitor=
  server=
}
trap 'end; rm -rf "$work"' EXIT

# as the Dockerfile has it
java -Djarmode=tools -jar "$JAR" extract --destination "$work/app" --application-filename sidecar-sizer.jar
cp src/main/image/* "$work/app"
find "$work/app" -exec touch -d 2000-01-01T00:00:00Z {} +
(cd "$work/app" && sh train.sh) >"$work/train.log" 2>&1 || { cat "$work/train.log" >&2; exit 1; }

# profiles as full as leaders and replicas write them: two weeks, a finding, decisions; and histories of four weeks
python3 bench/audit-page/profiles.py "$WORKLOADS" "$work/profiles"
mvn -q test-compile dependency:build-classpath -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test
bench() {
  local main=$1
  shift
  java @src/main/image/java.options -cp "target/test-classes:target/classes:$(cat "$work/classpath")" \
    "dev.sidecarsizer.bench.$main" "$@"
}
bench HistoryFiles "$WORKLOADS" "$work/profiles"

# start [SETTING]: "ready" is how many ms that took
start() {
  local started
  started=$(date +%s%N)
  cd "$work/app"
  java @java.options -XX:AOTCache=sidecar-sizer.aot -jar sidecar-sizer.jar --spring.profiles.active=local \
    --sidecar-sizer.profiles.directory="$work/profiles" --server.port="$PORT" --management.server.port="$MANAGEMENT" "$@" \
    >"$work/log" 2>&1 &
  server=$!
  cd - >/dev/null
  for _ in $(seq 1200); do
    ready=$((($(date +%s%N) - started) / 1000000))
    ! curl -ksf "https://localhost:$PORT/readyz" >/dev/null || return 0
    kill -0 "$server" 2>/dev/null || { cat "$work/log" >&2; exit 1; }
    sleep 0.05
  done
  echo "not ready within 60 s" >&2; exit 1
}
memory() { awk -v key="$1" '$1 == key":" { printf "%d", $2 / 1024 }' "/proc/$server/status"; }
resident() { echo "resident $(memory VmRSS) MiB, of which the process's own $(memory RssAnon) MiB; $(memory VmHWM) MiB at most"; }
heap() {
  curl -s "http://localhost:$MANAGEMENT/metrics" |
    awk '/^jvm_memory_used_bytes\{area="heap"/ { used += $NF } END { printf "%.1f MiB of heap in use", used / 1048576 }'
}

# get PATH: time to the first byte and to the last in ms, and bytes as they are sent
get() {
  curl -s -o /dev/null -H 'Accept-Encoding: gzip' \
    -w '%{time_starttransfer} %{time_total} %{size_download} %{http_code}' "http://localhost:$MANAGEMENT$1" |
    awk -v path="$1" '{ printf "  %-62s %6.0f ms %6.0f ms %8d bytes  %s\n", path, $1 * 1000, $2 * 1000, $3, $4 }'
}
readonly WORKLOAD='/audit/data/workload?namespace=bench-1&kind=Deployment&name=app-1'
pages() {
  for path in /audit/data/mesh /audit/data/workloads "$WORKLOAD" /audit/data/decisions /audit/data/words /audit/data/terms; do
    "$1" "$path"
  done
}
fetch() { curl -s -o /dev/null -H 'Accept-Encoding: gzip' "http://localhost:$MANAGEMENT$1"; }

# what_if RISK: asks until it is told, as the page does; fails where it never is
what_if() {
  local status
  for _ in $(seq 300); do
    status=$(curl -s -o "$work/answer" --compressed -w '%{http_code}' "http://localhost:$MANAGEMENT/audit/data/what-if?risk=$1")
    case $status in
      200) ! grep -q '"state":"learning"' "$work/answer" && return 0; break ;;
      202) sleep 0.7 ;;
      *) break ;;
    esac
  done
  echo "what-if is not told: status $status, $(head -c 300 "$work/answer")" >&2
  return 1
}
# other risks each time: nothing of it is known yet
what_ifs() {
  for risk in $(seq "$1" 1000); do what_if "0.0$(printf %04d "$risk")" || exit 1; done
}

# reviews ROUND WHAT: their p50 and p99, which are kept for the end
reviews() {
  BENCH_KIND=sized BENCH_PACE=$((1000 * CONNECTIONS / RATE - 2)) BENCH_REVIEW=$REVIEW BENCH_WORKLOADS=$WORKLOADS \
    wrk -t1 -c$CONNECTIONS -d"$SECONDS_EACH"s --latency -s bench/learning/reviews.lua "https://localhost:$PORT/mutate" >"$work/wrk"
  awk -v round="$1" -v what="$2" '/50%|99%/ { line = line sprintf(" p%s %s", $1, $2) }
    /Requests\/sec/ { printf "  %s %-24s%s; %s/s\n", round, what, line, $2 }' "$work/wrk"
  awk '/ 99%/ { ms = $2 ~ /us$/ ? $2 / 1000 : $2 ~ /ms$/ ? $2 + 0 : $2 * 1000; print ms }' "$work/wrk" >>"$work/p99 $2"
}
median() { sort -g "$1" | awk '{ all[NR] = $1 } END { printf "%.1f ms", all[int((NR + 1) / 2)] }'; }

# visit COMMAND...: somebody who does it until leave
visit() { "$@" & visitor=$!; }
leave() {
  kill "$visitor"
  wait "$visitor" 2>/dev/null || true
  visitor=
}
without_pause() { while :; do pages fetch; done; }
both() {
  without_pause &
  local other=$!
  trap 'kill $other; exit 1' TERM
  what_ifs "$1"
  kill $other
}

echo "$(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg); $WORKLOADS workloads"
start --sidecar-sizer.audit.page=false
reviews 0 warm >/dev/null
echo "without the page: ready after $ready ms; $(resident); $(heap)"
before=$(memory VmRSS)
end
start
reviews 0 warm >/dev/null
echo "before the page is asked for: ready after $ready ms; $(resident); $(heap)"
echo "first time:                                                       first byte   complete"
pages get
sleep 1.1
echo "again:"
pages get
for _ in $(seq 30); do pages fetch; sleep 1.1; done
echo "after 30 visits: $(resident); $(heap)"
echo "the page adds $(($(memory VmRSS) - before)) MiB resident (at most 30 are promised)"

echo "reviews at $RATE/s, with somebody who asks for all of the page without a pause, and what-if besides:"
for round in 1 2 3; do
  reviews $round without
  visit without_pause
  reviews $round "with the page"
  leave
  visit both $((round * 100))
  reviews $round "with page and what-if"
  kill -0 "$visitor" || { echo "what-if failed" >&2; exit 1; }
  leave
done
for what in without "with the page" "with page and what-if"; do
  echo "median of p99 $what: $(median "$work/p99 $what")"
done
echo "after what-if: $(resident); $(heap)"
echo "page and what-if add $(($(memory VmRSS) - before)) MiB resident"
end

bench WhatIfBench "$WORKLOADS"
echo "load at the end $(cut -d' ' -f1-3 /proc/loadavg)"
