#!/usr/bin/env bash
# The webhook's certificate by openssl: the Secret that its pods mount and the caBundle that the API server checks.
# See --help. Safe to run twice, from a cron job too.
set -euo pipefail

readonly MUTATING=sidecar-sizer MUTATING_WEBHOOK=mutate.sidecar-sizer.dev
readonly VALIDATING=sidecar-sizer-audit VALIDATING_WEBHOOK=audit.sidecar-sizer.dev
readonly SECRET=sidecar-sizer-tls MANAGER=sidecar-sizer-certs
readonly ROTATED_AT=sidecar-sizer.dev/rotated-at

KUBECTL=${KUBECTL:-kubectl}
OPENSSL=${OPENSSL:-openssl}
namespace=sidecar-sizer-system
service=sidecar-sizer
days=365
renew_within=30
settle=180
wait_for_settling=false
force=false
kubectl_flags=()

usage() {
  cat <<'HELP'
Usage: certs.sh COMMAND [OPTION]...

The certificate of sidecar-sizer's webhook, made by openssl.

Commands:
  install    make the certificate where there is none that serves, renew it where it ends soon, write the caBundle;
             changes nothing where all is well
  rotate     make a new CA and certificate now; the caBundle keeps the old CA until "finish"
  finish     take CAs out of the caBundle that no longer sign the certificate
  status     say what is there and until when; exit 1 where it does not serve
  make DIR   only write ca.crt, tls.crt and tls.key into DIR, without a cluster

Options:
  --days N           days that a new CA and certificate are valid (365)
  --renew-within N   "install" renews a certificate with fewer days left (30)
  --settle SECONDS   time that the kubelets need to bring a new Secret to the pods (180)
  --wait             "rotate" waits that long and then finishes
  --force            "finish" does not wait for the settling
  --namespace NAME   namespace of the webhook (sidecar-sizer-system)
  --service NAME     Service of the webhook (sidecar-sizer)
  --context NAME     context of the kubeconfig
  -h, --help         this text

Environment: KUBECONFIG as kubectl has it; KUBECTL and OPENSSL name the programs.

The CA's key signs one certificate and is thrown away: nothing is left to steal, and a rotation makes a new CA.
HELP
}

say() { printf '%s\n' "$*"; }

fail() {
  printf 'certs.sh: %s\n' "$*" >&2
  exit 1
}

kube() { "$KUBECTL" ${kubectl_flags[@]+"${kubectl_flags[@]}"} "$@"; }

need() { command -v "$1" >/dev/null || fail "$1 is not there: install it, or name it in $2"; }

# A new CA and, signed by it, a certificate for the Service: ca.crt, tls.crt, tls.key in $1.
make_files() {
  local dir=$1 name=$service.$namespace.svc log=$tmp/openssl.log
  # a subject of its own for each CA, so that two in one bundle are told apart
  {
    printf '[req]\nprompt=no\ndistinguished_name=subject\nx509_extensions=ca\n'
    printf '[subject]\nO=sidecar-sizer\nCN=sidecar-sizer-ca-%s\n' "$("$OPENSSL" rand -hex 4)"
    printf '[ca]\nbasicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n'
    printf 'subjectKeyIdentifier=hash\n'
  } >"$tmp/ca.cnf"
  printf '[req]\nprompt=no\ndistinguished_name=subject\n[subject]\nCN=sidecar-sizer\n' >"$tmp/server.cnf"
  {
    printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n'
    printf 'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n'
    printf 'subjectAltName=DNS:%s,DNS:%s.cluster.local\n' "$name" "$name"
  } >"$tmp/server.ext"
  {
    new_key "$tmp/ca.key" &&
      "$OPENSSL" req -x509 -new -sha256 -config "$tmp/ca.cnf" -key "$tmp/ca.key" -days "$days" -out "$dir/ca.crt" &&
      new_key "$dir/tls.key" &&
      "$OPENSSL" req -new -sha256 -config "$tmp/server.cnf" -key "$dir/tls.key" -out "$tmp/server.csr" &&
      "$OPENSSL" x509 -req -sha256 -in "$tmp/server.csr" -CA "$dir/ca.crt" -CAkey "$tmp/ca.key" \
        -set_serial "0x$("$OPENSSL" rand -hex 16)" -days "$days" -extfile "$tmp/server.ext" -out "$dir/tls.crt"
  } >"$log" 2>&1 || fail "$OPENSSL could not make the certificate: $(cat "$log")"
  rm -f "$tmp/ca.key"
}

new_key() { "$OPENSSL" genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1"; }

# Why the three files in $1 do not serve; nothing where they do.
fault_of() {
  local dir=$1 name=$service.$namespace.svc
  if ! { [ -s "$dir/ca.crt" ] && [ -s "$dir/tls.crt" ] && [ -s "$dir/tls.key" ]; }; then
    echo "there is no certificate"
  elif ! "$OPENSSL" x509 -in "$dir/tls.crt" -noout -checkend 0 >/dev/null 2>&1; then
    echo "the certificate has expired, or is none"
  elif [ "$("$OPENSSL" x509 -in "$dir/tls.crt" -noout -pubkey 2>/dev/null)" != \
    "$("$OPENSSL" pkey -in "$dir/tls.key" -pubout 2>/dev/null)" ]; then
    echo "the key is not the certificate's"
  elif ! "$OPENSSL" verify -CAfile "$dir/ca.crt" -purpose sslserver -verify_hostname "$name" "$dir/tls.crt" \
    >/dev/null 2>&1; then
    echo "the certificate is not one that ca.crt signed for $name"
  fi
}

# The Secret's files into $1, which stays empty where there is no Secret.
read_secret() {
  local dir=$1 key value
  kube get namespace "$namespace" >/dev/null ||
    fail "namespace $namespace cannot be read, see above: apply deploy/overlays/openssl where it is not installed yet"
  [ -z "$(kube -n "$namespace" get secret "$SECRET" --ignore-not-found \
    -o jsonpath='{.metadata.annotations.cert-manager\.io/certificate-name}')" ] ||
    fail "Secret $SECRET belongs to cert-manager: delete its Certificate first, or leave the certificate to it"
  for key in ca.crt tls.crt tls.key; do
    value=$(kube -n "$namespace" get secret "$SECRET" --ignore-not-found -o jsonpath="{.data.${key/./\\.}}")
    printf '%s' "$value" | base64 -d >"$dir/$key" || fail "Secret $SECRET holds no base64 under $key: delete it"
  done
}

base64_of() { base64 <"$1" | tr -d '\n'; }

# By standard input: arguments can be read by everybody on the machine.
write_secret() {
  local dir=$1
  kube apply --server-side --force-conflicts --field-manager="$MANAGER" -f - >/dev/null <<YAML || fail "Secret $SECRET was not written"
apiVersion: v1
kind: Secret
metadata:
  name: $SECRET
  namespace: $namespace
  labels:
    app.kubernetes.io/name: sidecar-sizer
    app.kubernetes.io/instance: sidecar-sizer
    app.kubernetes.io/component: certificate
    app.kubernetes.io/part-of: sidecar-sizer
  annotations:
    $ROTATED_AT: "$(date -u +%s)"
type: kubernetes.io/tls
data:
  ca.crt: $(base64_of "$dir/ca.crt")
  tls.crt: $(base64_of "$dir/tls.crt")
  tls.key: $(base64_of "$dir/tls.key")
YAML
  say "wrote Secret $namespace/$SECRET"
}

# The caBundle of configuration $2 of kind $1, as PEM. Refuses where cert-manager owns it.
read_bundle() {
  local kind=$1 name=$2 owner
  owner=$(kube get "$kind" "$name" -o jsonpath='{.metadata.annotations.cert-manager\.io/inject-ca-from}') ||
    fail "$kind $name cannot be read, see above: apply deploy/overlays/openssl where it is not installed yet"
  [ -z "$owner" ] ||
    fail "$kind $name gets its caBundle from cert-manager ($owner): use deploy/overlays/openssl, or leave it to that"
  kube get "$kind" "$name" -o jsonpath='{.webhooks[0].clientConfig.caBundle}' | base64 -d
}

read_bundles() {
  read_bundle mutatingwebhookconfiguration "$MUTATING" >"$tmp/mutating.pem"
  read_bundle validatingwebhookconfiguration "$VALIDATING" >"$tmp/validating.pem"
}

# The certificates of the PEM files $2…, each once and none that has expired, into $1.
join_bundles() {
  local out=$1 part seen=' ' print
  shift
  rm -f "$tmp"/part.*
  cat "$@" | awk -v prefix="$tmp/part." '
    /-----BEGIN CERTIFICATE-----/ { n++; inside = 1 }
    inside { print > (prefix sprintf("%03d", n)) }
    /-----END CERTIFICATE-----/ { inside = 0 }'
  : >"$tmp/joined"
  for part in "$tmp"/part.*; do
    "$OPENSSL" x509 -in "$part" -noout -checkend 0 >/dev/null 2>&1 || continue
    print=$("$OPENSSL" x509 -in "$part" -noout -fingerprint -sha256)
    case $seen in *" $print "*) continue ;; esac
    seen="$seen$print "
    "$OPENSSL" x509 -in "$part" >>"$tmp/joined"
  done
  mv "$tmp/joined" "$out"
}

# Puts bundle $1 into both configurations where it is not there already.
write_bundles() {
  local bundle=$1
  write_bundle mutatingwebhookconfiguration "$MUTATING" "$MUTATING_WEBHOOK" "$bundle" "$tmp/mutating.pem"
  write_bundle validatingwebhookconfiguration "$VALIDATING" "$VALIDATING_WEBHOOK" "$bundle" "$tmp/validating.pem"
}

write_bundle() {
  local kind=$1 name=$2 webhook=$3 bundle=$4 before=$5
  ! cmp -s "$bundle" "$before" || return 0
  kube patch "$kind" "$name" --type=strategic --field-manager="$MANAGER" --patch \
    "{\"webhooks\":[{\"name\":\"$webhook\",\"clientConfig\":{\"caBundle\":\"$(base64_of "$bundle")\"}}]}" >/dev/null ||
    fail "the caBundle of $kind $name was not written"
  say "wrote the caBundle of $kind $name ($(grep -c BEGIN "$bundle") CA)"
}

# First the bundle, then the Secret: at no moment does a replica show a certificate that the API server does not know.
renew() {
  mkdir "$tmp/new"
  make_files "$tmp/new"
  join_bundles "$tmp/bundle" "$tmp/new/ca.crt" "$tmp/old/ca.crt" "$tmp/mutating.pem" "$tmp/validating.pem"
  write_bundles "$tmp/bundle"
  write_secret "$tmp/new"
  say "the new certificate is valid until $(expiry "$tmp/new/tls.crt")"
}

expiry() { "$OPENSSL" x509 -in "$1" -noout -enddate | cut -d= -f2; }

install() {
  read_bundles
  read_secret "$tmp/old"
  local fault
  fault=$(fault_of "$tmp/old")
  if [ -n "$fault" ]; then
    say "$fault: making one"
    renew
  elif ! "$OPENSSL" x509 -in "$tmp/old/tls.crt" -noout -checkend $((renew_within * 86400)) >/dev/null; then
    say "the certificate ends on $(expiry "$tmp/old/tls.crt"), within $renew_within days: renewing it"
    renew
    say "run \"certs.sh finish\" when every replica serves it, after about $settle s"
  else
    join_bundles "$tmp/bundle" "$tmp/old/ca.crt" "$tmp/mutating.pem" "$tmp/validating.pem"
    write_bundles "$tmp/bundle"
    say "the certificate is valid until $(expiry "$tmp/old/tls.crt")"
  fi
}

rotate() {
  read_bundles
  read_secret "$tmp/old"
  renew
  if "$wait_for_settling"; then
    say "waiting $settle s for the kubelets to bring the Secret to the pods"
    sleep "$settle"
    finish
  else
    say "run \"certs.sh finish\" when every replica serves it, after about $settle s"
  fi
}

finish() {
  local fault rotated_at age
  rm -f "$tmp"/old/*
  read_bundles
  read_secret "$tmp/old"
  fault=$(fault_of "$tmp/old")
  [ -z "$fault" ] || fail "Secret $SECRET does not serve, $fault: run \"certs.sh install\" first"
  rotated_at=$(kube -n "$namespace" get secret "$SECRET" -o jsonpath="{.metadata.annotations.${ROTATED_AT//./\\.}}")
  # whoever may write the Secret writes this too, and arithmetic would run what stands in it
  case $rotated_at in '' | *[!0-9]*) rotated_at=0 ;; esac
  age=$(($(date -u +%s) - rotated_at))
  "$force" || [ "$age" -ge "$settle" ] ||
    fail "the Secret was written $age s ago and a replica may still serve the old one: wait $((settle - age)) s, or say --force"
  join_bundles "$tmp/bundle" "$tmp/old/ca.crt"
  write_bundles "$tmp/bundle"
  say "the caBundle holds the CA of the certificate in use and no other"
}

status() {
  read_bundles
  read_secret "$tmp/old"
  local fault part served=true
  fault=$(fault_of "$tmp/old")
  [ -z "$fault" ] || fail "Secret $SECRET: $fault: run \"certs.sh install\""
  say "certificate: valid until $(expiry "$tmp/old/tls.crt")"
  say "its CA:      valid until $(expiry "$tmp/old/ca.crt")"
  for part in mutating validating; do
    say "caBundle of the $part configuration: $(grep -c BEGIN "$tmp/$part.pem" || true) CA"
    "$OPENSSL" verify -CAfile "$tmp/$part.pem" "$tmp/old/tls.crt" >/dev/null 2>&1 || served=false
  done
  "$served" || fail "the API server does not know the certificate's CA: run \"certs.sh install\""
}

number() { case $2 in '' | *[!0-9]*) fail "$1 wants a number, not \"$2\"" ;; esac }

main() {
  local command='' directory=''
  while [ $# -gt 0 ]; do
    case $1 in
      -h | --help)
        usage
        exit
        ;;
      --wait) wait_for_settling=true ;;
      --force) force=true ;;
      --days | --renew-within | --settle | --namespace | --service | --context)
        [ $# -ge 2 ] || fail "$1 wants a value: see --help"
        case $1 in
          --days) number "$1" "$2" && days=$2 ;;
          --renew-within) number "$1" "$2" && renew_within=$2 ;;
          --settle) number "$1" "$2" && settle=$2 ;;
          --namespace) namespace=$2 ;;
          --service) service=$2 ;;
          --context) kubectl_flags=(--context "$2") ;;
        esac
        shift
        ;;
      -*) fail "$1 is no option: see --help" ;;
      *)
        if [ -z "$command" ]; then
          command=$1
        elif [ "$command" = make ] && [ -z "$directory" ]; then
          directory=$1
        else
          fail "\"$1\" is one word too many: see --help"
        fi
        ;;
    esac
    shift
  done
  umask 077
  tmp=$(mktemp -d)
  trap 'rm -rf "$tmp"' EXIT
  mkdir "$tmp/old"
  need "$OPENSSL" OPENSSL
  case $command in
    make)
      [ -n "$directory" ] || fail "make wants the folder to write into: certs.sh make DIR"
      mkdir -p "$directory"
      make_files "$directory"
      say "wrote ca.crt, tls.crt and tls.key into $directory, valid until $(expiry "$directory/tls.crt")"
      ;;
    install | rotate | finish | status)
      need "$KUBECTL" KUBECTL
      "$command"
      ;;
    '')
      usage >&2
      exit 2
      ;;
    *) fail "\"$command\" is no command: see --help" ;;
  esac
}

main "$@"
