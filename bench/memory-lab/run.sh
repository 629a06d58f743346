#!/usr/bin/env bash
# Runs the memory lab; README.md says what it is. Needs root for cgroups, JDK 25 as java or in JAVA_HOME, Maven, Go,
# Python 3.11 with venv, and openssl. Loopback only; ends by itself.
#   bench/memory-lab/run.sh [OPTIONS]          --help lists them
#   bench/memory-lab/run.sh report [FOLDER]    tables and plots of what was run
#   bench/memory-lab/run.sh calm [OPTIONS]     what ours costs without pressure; needs wrk (apt-get install wrk)
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -z "${JAVA_HOME:-}" ] || PATH=$JAVA_HOME/bin:$PATH

readonly WORK=target/memory-lab LAB=$PWD/bench/memory-lab
mkdir -p "$WORK"
if ! cmp -s "$LAB/requirements.txt" "$WORK/venv/installed.txt"; then
  python3 -m venv "$WORK/venv"
  "$WORK/venv/bin/pip" install --quiet --requirement "$LAB/requirements.txt"
  cp "$LAB/requirements.txt" "$WORK/venv/installed.txt"
fi
export PYTHONPATH=$LAB
if [ "${1:-}" = report ]; then
  shift
  exec "$WORK/venv/bin/python" -m lab.report "$@"
fi
mvn -q test-compile dependency:build-classpath -Dmdep.outputFile="$WORK/classpath" -Dmdep.includeScope=test
export LAB_JAVA="java -cp target/test-classes:target/classes:$(cat "$WORK/classpath")"
if [ "${1:-}" = calm ]; then
  shift
  exec "$WORK/venv/bin/python" -m lab.calm "$@"
fi
exec "$WORK/venv/bin/python" -m lab "$@"
