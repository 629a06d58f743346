#!/bin/sh
# How soon a command is done, in pairs: as the jar starts, and with the AOT cache that kubectl-sidecar_sizer makes itself.
# bench/command-line/run.sh [pairs], after mvn package. Needs script(1), and java 25 on the PATH or in JAVA_HOME.
set -eu

cd "$(dirname -- "$0")/../.."
pairs=${1:-20}
XDG_CACHE_HOME=$(mktemp -d)
export XDG_CACHE_HOME
trap 'rm -rf "$XDG_CACHE_HOME"' EXIT
cli=deploy/kubectl/kubectl-sidecar_sizer

script -qec "$cli --version" /dev/null
before=$(date +%s%N)
until [ -n "$(find "$XDG_CACHE_HOME" -name app.aot)" ]; do sleep 0.1; done
echo "the cache was there $((($(date +%s%N) - before) / 1000000)) ms later, and is of $(du -sh "$XDG_CACHE_HOME" | cut -f1)"

# Milliseconds until it is done; whether it could is not asked: nobody answers at the API server that is named
once() {
  begin=$(date +%s%N)
  SIDECAR_SIZER_AOT=$1 sh -c "$cli $2" >/dev/null 2>&1 || :
  echo $((($(date +%s%N) - begin) / 1000000))
}

for command in \
  "review -f docs/examples/review.json --profiles docs/examples/shop" \
  "explain shop/reviews --profiles docs/examples/shop" \
  "status -A --kubeconfig src/test/resources/kubeconfig-to-nowhere.yaml"; do
  for _ in $(seq "$pairs"); do
    echo "$(once off "$command") $(once on "$command")"
  done | sort -n | awk -v command="$command" '
    { without[NR] = $1; with[NR] = $2; sooner += $2 < $1 }
    function median(all,  i, j, t) {
      for (i = 1; i <= NR; i++) for (j = i + 1; j <= NR; j++) if (all[j] < all[i]) { t = all[i]; all[i] = all[j]; all[j] = t }
      return all[int((NR + 1) / 2)]
    }
    END { printf "%s: %d ms without, %d ms with (medians of %d pairs; sooner with in %d)\n", command, median(without), median(with), NR, sooner }'
done
