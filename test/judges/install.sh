#!/usr/bin/env bash
# Builds the engines that judge exported policies, in the versions named here, out of Go modules. What is in the cache already is not
# built again; a cold machine with two cores takes about ten minutes. install.sh --check builds nothing, and fails when one is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."

BIN=${JUDGES_BIN:-$HOME/.cache/hotpod/judges}
OPA=1.22.2 CONFTEST=0.71.1 GATOR=3.23.1 KYVERNO=1.19.1 KUBERNETES=0.36.3
export GOTOOLCHAIN=local CGO_ENABLED=0 GOWORK=off GOFLAGS="-mod=mod -buildvcs=false"

say() { printf '%s judges: %s\n' "$(date +%T)" "$*" >&2; }

# missing NAME VERSION: whether it has to be built.
missing() {
  [ -x "$BIN/$1-$2" ] && return 1
  [ "${check:-}" != yes ] || { say "$1 $2 is not built: make judges"; exit 1; }
  say "building $1 $2"
}

# module NAME VERSION PATH PACKAGE: a scratch module that requires the other with what it replaces, which go install refuses.
module() {
  local dir mod
  dir=$(mktemp -d)
  mod=$(cd / && go mod download -json "$3@v$2" | sed -n 's/.*"GoMod": "\(.*\)",/\1/p')
  { sed 's#^module .*#module scratch#' "$mod"; echo "require $3 v$2"; } >"$dir/go.mod"
  (cd "$dir" && go build -trimpath -ldflags '-s -w' -o "$BIN/$1-$2" "$4")
  rm -r "$dir"
}

# cel_judge: our own program, with the modules of one Kubernetes.
cel_judge() {
  local dir
  dir=$(mktemp -d)
  cp test/judges/k8scel/main.go "$dir/"
  (cd "$dir" && go mod init k8scel >/dev/null 2>&1 &&
    go get "k8s.io/apiserver@v$KUBERNETES" "k8s.io/apimachinery@v$KUBERNETES" >/dev/null 2>&1 &&
    go build -trimpath -ldflags '-s -w' -o "$BIN/k8scel-$1" .)
  rm -r "$dir"
}

[ "${1:-}" != --check ] || check=yes
mkdir -p "$BIN"
source_hash=$(sha256sum test/judges/k8scel/main.go | cut -c 1-12)
if missing opa "$OPA"; then module opa "$OPA" github.com/open-policy-agent/opa github.com/open-policy-agent/opa; fi
if missing conftest "$CONFTEST"; then module conftest "$CONFTEST" github.com/open-policy-agent/conftest github.com/open-policy-agent/conftest; fi
if missing gator "$GATOR"; then module gator "$GATOR" github.com/open-policy-agent/gatekeeper/v3 github.com/open-policy-agent/gatekeeper/v3/cmd/gator; fi
if missing k8scel "$KUBERNETES-$source_hash"; then cel_judge "$KUBERNETES-$source_hash"; fi
if missing kyverno "$KYVERNO"; then module kyverno "$KYVERNO" github.com/kyverno/kyverno github.com/kyverno/kyverno/cmd/cli/kubectl-kyverno; fi
for engine in "opa $OPA" "conftest $CONFTEST" "gator $GATOR" "kyverno $KYVERNO" "k8scel $KUBERNETES-$source_hash"; do
  ln -sf "${engine/ /-}" "$BIN/${engine%% *}"
done
say "all engines are in $BIN"
