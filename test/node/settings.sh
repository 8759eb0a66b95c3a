# Sourced by every script of this folder: where things are, and how to say what happens.
# shellcheck shell=bash disable=SC2034

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)

# The cache outlives the tests (binaries, 500 MB); the run folder is one node's life.
CACHE=${HOTPOD_NODE_CACHE:-$HOME/.cache/hotpod/node}
BIN=$CACHE/bin
SRC=$CACHE/src
RUN=${HOTPOD_NODE_RUN:-$CACHE/run}
SOCK=$RUN/containerd.sock
KUBECONFIG=$RUN/kubeconfig
PATH=$BIN:$PATH:/usr/sbin:/sbin
# ctr repeats the warnings of its daemon before every answer.
CONTAINERD_SUPPRESS_DEPRECATION_WARNINGS=1
export KUBECONFIG PATH CONTAINERD_SUPPRESS_DEPRECATION_WARNINGS

K8S_VERSION=1.36.3
CONTAINERD_VERSION=2.2.9
ETCD_VERSION=3.6.8

# The pods' network, behind a bridge of the node's own.
BRIDGE=cni0
NODE_IP=10.88.0.1
POD_NET=10.88.0.0/16

# Folders the daemons make outside of $RUN whatever they are told.
STRAY_FOLDERS="/run/containerd /run/netns /var/lib/cni /var/lib/kubelet /var/log/containers \
  /var/log/pods /usr/libexec/kubernetes"

IMAGE=hotpod.local/e2e:1
PAUSE_IMAGE=hotpod.local/pause:1

say() { printf '%s %s: %s\n' "$(date +%T)" "$(basename "$0" .sh)" "$*" >&2; }
die() { say "$*"; exit 1; }
now_ms() { echo $(($(date +%s%N) / 1000000)); }

# import_image: puts the image archive of standard input into the node.
import_image() {
  ctr -a "$SOCK" -n k8s.io images import - >/dev/null 2>"$RUN/log/import" ||
    { cat "$RUN/log/import" >&2; die "the image cannot be imported"; }
}
