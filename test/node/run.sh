#!/usr/bin/env bash
# The end-to-end tests: hotpod as PID 1 in pods of a real Kubernetes node on this machine, which is
# built (once), started, used and taken away again. run.sh [TEXT]: only the scenarios so named.
# KEEP_NODE=1 leaves the node running, for the next run or for a look at it.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
cd "$ROOT"

skip() {
  say "SKIPPED: $*"
  echo "0 passed, 0 failed (end-to-end tests skipped: $*)"
  exit 0
}
# Where root could have installed it, a missing tool is a fault of the set-up, not of the machine.
lacking() {
  [ "${CI:-}" != true ] || die "$* (in CI nothing may be missing)"
  skip "$*"
}

[ "$(uname -s)" = Linux ] || skip "a Kubernetes node needs Linux"
[ "$(id -u)" = 0 ] || skip "a Kubernetes node needs root"
unshare --net --mount --pid --fork true 2>/dev/null || skip "this root may not make namespaces"
command -v go >/dev/null || lacking "no Go to build the node with"
if ! command -v apt-get >/dev/null; then
  for tool in iptables ip openssl runc conntrack busybox; do
    command -v $tool >/dev/null || lacking "no $tool, and no apt-get to install it"
  done
fi
bash "$HERE/install.sh" || die "the node could not be built"

take_down() {
  [ -n "${KEEP_NODE:-}" ] && say "the node stays; test/node/down.sh ends it" && return
  bash "$HERE/down.sh"
}
trap 'exit 130' INT TERM
trap 'take_down' EXIT

begun=$SECONDS
mkdir -p out/e2e
rm -f out/e2e/*
npm run build --silent
bash "$HERE/up.sh"
bash "$HERE/image.sh"
kubectl apply -f "$HERE/manifests/namespace.yaml" >/dev/null
say "the node is ready for tests after $((SECONDS - begun)) s"

status=0
only=()
[ $# = 0 ] || only=(--only "$1")
# Ten minutes are twice what they need: a scenario that hangs must not keep the node for ever.
HOTPOD_NODE_SOCK=$SOCK timeout 600 node tools/test.mjs test/node --jobs 1 "${only[@]}" 2>&1 |
  tee out/e2e/log.txt || status=1
# node:test closes with lines of its own.
count() {
  awk -v key="$1" '$1 == "ℹ" && $2 == key { n += $3 } END { print n + 0 }' out/e2e/log.txt
}
failed=$(count fail)
[ $status = 0 ] || [ "$failed" != 0 ] || failed=1
say "the tests took $((SECONDS - begun)) s, the node's start included"
[ ! -s out/e2e/before-after.md ] || cat out/e2e/before-after.md
trap - EXIT
take_down || status=1
echo "$(count pass) passed, $failed failed"
exit $status
