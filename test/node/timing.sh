#!/usr/bin/env bash
# Records how a real Kubernetes node lives through the timing cases (test/node/timing): the node of the
# end-to-end tests is started, its pods are watched, and what was seen is written beside the cases, where
# a test compares the model of the kubelet with it. timing.sh [TEXT]: only the cases so named.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
cd "$ROOT"
[ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ] || die "a Kubernetes node needs Linux and root"
command -v go >/dev/null || die "no Go to build the node with"
bash "$HERE/install.sh" || die "the node could not be built"
trap 'exit 130' INT TERM
trap 'bash "$HERE/down.sh"' EXIT
npm run build --silent
bash "$HERE/up.sh"
bash "$HERE/image.sh"
kubectl apply -f "$HERE/manifests/namespace.yaml" >/dev/null
HOTPOD_NODE_SOCK=$SOCK timeout 900 node -C source --import tsx test/node/timing/record.ts "$@"
