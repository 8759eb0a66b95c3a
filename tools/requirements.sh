#!/usr/bin/env bash
# tools/requirements.sh node|go...: says what a target needs and this machine has not; exit 1 then.
set -euo pipefail
cd "$(dirname "$0")/.."

# at_least WANTED FOUND: compares versions of dotted numbers.
at_least() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]; }

need_node() {
  local wanted found
  wanted=$(sed -n 's/.*"node": ">=\([0-9.]*\)".*/\1/p' package.json)
  if ! command -v node >/dev/null; then
    echo "Node.js >= $wanted is needed and no node is on the PATH." >&2
    return 1
  fi
  found=$(node --version)
  at_least "$wanted" "${found#v}" && return
  echo "Node.js >= $wanted is needed; $(command -v node) is $found." >&2
  return 1
}

need_go() {
  local wanted found
  wanted=$(sed -n 's/^go \([0-9.]*\)$/\1/p' sdk/go/go.mod 2>/dev/null || true)
  if ! command -v go >/dev/null; then
    echo "Go >= ${wanted:-1.24} is needed and no go is on the PATH." >&2
    return 1
  fi
  found=$(GOTOOLCHAIN=local go env GOVERSION)
  at_least "${wanted:-1.24}" "${found#go}" && return
  echo "Go >= $wanted is needed; $(command -v go) is ${found#go}." >&2
  return 1
}

missing=0
for requirement in "$@"; do "need_$requirement" || missing=1; done
exit $missing
