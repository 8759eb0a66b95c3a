#!/usr/bin/env bash
# Records what a real API server says of the fixtures of test/manifest, and the fields it knows.
# Starts the control plane of the test node (install.sh) in a folder and on ports of its own, and stops it.
set -euo pipefail
export HOTPOD_NODE_RUN=${HOTPOD_NODE_RUN:-$(mktemp -d)}
export API_PORT=${API_PORT:-16643} ETCD_PORT=${ETCD_PORT:-12579}
. "$(dirname "$0")/../settings.sh"
cd "$ROOT"
[ -x "$BIN/kube-apiserver" ] && [ -x "$BIN/etcd" ] || die "no API server here: test/node/install.sh builds it"

trap 'bash "$HERE/down.sh" >/dev/null 2>&1 || true' EXIT
bash "$HERE/up.sh" --control-plane
kubectl create namespace shop >/dev/null
until kubectl get serviceaccount default >/dev/null 2>&1; do sleep 0.1; done

kubectl get --raw /openapi/v2 >"$RUN/openapi.json"
node "$HERE/api-server/write-fields.mjs" "$RUN/openapi.json" src/manifest/fields/kube-fields.ts
node "$HERE/api-server/record-messages.mjs" test/manifest/validate/fixtures
node "$HERE/api-server/record-stored.mjs" test/manifest/workload/fixtures/workloads.yaml \
  test/manifest/workload/fixtures/stored.json
npx biome format --write test/manifest src/manifest/fields >/dev/null
say "recorded; look at the differences: git diff src/manifest/fields test/manifest"
