#!/usr/bin/env bash
# Measures what services cost a real proxy under a real istiod, and what the Sidecar that we generate leaves: CSV, memory in
# bytes, as data/runs.csv, which ConfigurationModelTest reads. Needs JDK 25 as java or in JAVA_HOME, Maven, and what the
# integration tests need for a control plane and Istio. Loopback only; ends by itself, after about half a minute a cell.
#   bench/configuration/run.sh [SERVICESxENDPOINTSxCALLED[xTHREADS] ...]
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -z "${JAVA_HOME:-}" ] || PATH=$JAVA_HOME/bin:$PATH
[ $# -gt 0 ] || set -- 0x1x0 100x1x5 500x1x5 1000x1x5 100x50x5 500x50x5 1000x50x5 500x10x50 500x10x5x4

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mvn -q test-compile dependency:build-classpath -Dmdep.outputFile="$work/classpath" -Dmdep.includeScope=test
java -cp "target/test-classes:target/classes:$(cat "$work/classpath")" -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
  dev.sidecarsizer.istio.ConfigurationBench "$@" | sed -n 's/^row,//p'
