#!/usr/bin/env bash
# Measures the learning loop: a back-fill of 14 days against a real API server and a made-up Prometheus, then the steady
# state. Needs wrk (Debian: apt-get install wrk), JDK 25 as java or in JAVA_HOME, Maven, target/sidecar-sizer.jar, and what
# the integration tests need for a control plane. Loopback only; ends by itself.
#   bench/learning/run.sh [WORKLOADS]
set -euo pipefail
cd "$(dirname "$0")/../.."

readonly WORKLOADS=${1:-10000}
readonly JAR=${JAR:-target/sidecar-sizer.jar}
[ -z "${JAVA_HOME:-}" ] || PATH=$JAVA_HOME/bin:$PATH

for need in wrk java mvn; do
  command -v "$need" >/dev/null || { echo "$need is not there: see the head of this file" >&2; exit 1; }
done
[ -f "$JAR" ] || { echo "$JAR is not there: mvn package" >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# as the Dockerfile has it
java -Djarmode=tools -jar "$JAR" extract --destination "$work/app" --application-filename sidecar-sizer.jar
cp src/main/image/* "$work/app"
find "$work/app" -exec touch -d 2000-01-01T00:00:00Z {} +
(cd "$work/app" && sh train.sh) >"$work/train.log" 2>&1 || { cat "$work/train.log" >&2; exit 1; }
# MORE_OPTIONS: another heap, for example
[ -z "${MORE_OPTIONS:-}" ] || printf '%s\n' $MORE_OPTIONS >>"$work/app/java.options"

mvn -q test-compile dependency:build-classpath -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test
java -cp "target/test-classes:target/classes:$(cat "$work/classpath")" -Dbench.settings="${SETTINGS:-}" \
  -Dorg.slf4j.simpleLogger.defaultLogLevel=warn dev.sidecarsizer.bench.LearningBench \
  "$WORKLOADS" "$work/app" bench/learning/reviews.lua bench/admission/review.json
