#!/bin/sh
# Makes the AOT cache in the folder of the jar: a short life of the webhook, as in a cluster whose API server is away.
# It starts, warms itself up and is stopped. Needs openssl.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=training -days 1 \
  -keyout "$work/tls.key" -out "$work/tls.crt" 2>"$work/log"
cat >"$work/kubeconfig" <<YAML
apiVersion: v1
kind: Config
clusters: [{name: nowhere, cluster: {server: "https://127.0.0.1:1"}}]
users: [{name: nobody, user: {token: none}}]
contexts: [{name: training, context: {cluster: nowhere, user: nobody}}]
current-context: training
YAML

KUBECONFIG=$work/kubeconfig java @java.options -XX:AOTCacheOutput=sidecar-sizer.aot -Xlog:disable -Xlog:all=error:stderr \
  -jar sidecar-sizer.jar --sidecar-sizer.tls.directory="$work" --sidecar-sizer.shutdown.drain=0s \
  --server.port=0 --management.server.port=0 --logging.level.dev.sidecarsizer.config.WarmUp=debug >"$work/log" 2>&1 &
webhook=$!
until grep -q 'warm-up reviews in' "$work/log"; do
  kill -0 "$webhook" 2>/dev/null || { cat "$work/log"; exit 1; }
  sleep 0.1
done
kill "$webhook"
# the cache is written at the end; SIGTERM is the exit code
wait "$webhook" || [ $? -eq 143 ]
[ -s sidecar-sizer.aot ] || { cat "$work/log"; exit 1; }
