#!/usr/bin/env bash
# up.sh [--control-plane]: starts one Kubernetes node from what install.sh built: etcd, API server, controller manager,
# scheduler, containerd, kubelet. What runs already is left running. down.sh stops it.
# The admin's kubeconfig is $RUN/kubeconfig; logs are in $RUN/log, pids in $RUN/pids.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
API_PORT=${API_PORT:-6443}
ETCD_PORT=${ETCD_PORT:-2379}
PKI=$RUN/pki

# The pid counts only with its binary: a number may belong to somebody else after a reboot.
alive() {
  local pid
  pid=$(cat "$RUN/pids/$1" 2>/dev/null) && [ "$(readlink "/proc/$pid/exe")" = "$BIN/$1" ]
}
# start NAME ARGUMENTS...
start() {
  local name=$1
  shift
  alive "$name" && return
  setsid "$BIN/$name" "$@" >>"$RUN/log/$name.log" 2>&1 </dev/null &
  echo $! >"$RUN/pids/$name"
}
# wait_for SECONDS WHAT DAEMON COMMAND...: until the command succeeds, while the daemon lives.
wait_for() {
  local limit_ms=$(($1 * 1000)) what=$2 daemon=$3 start
  shift 3
  start=$(now_ms)
  until "$@" >/dev/null 2>&1; do
    alive "$daemon" || { tail -n 20 "$RUN/log/$daemon.log" >&2; die "$daemon ended"; }
    [ $(($(now_ms) - start)) -lt $limit_ms ] || die "$what: not ready in time, see $RUN/log"
    sleep 0.1
  done
  say "$what ready after $(($(now_ms) - start)) ms"
}

# certificate NAME SUBJECT EXTENSIONS: a key and a certificate signed by the node's own CA.
certificate() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "$2" \
    -keyout "$PKI/$1.key" -out "$PKI/$1.csr" 2>/dev/null
  openssl x509 -req -in "$PKI/$1.csr" -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -CAcreateserial \
    -days 30 -out "$PKI/$1.crt" -extfile <(echo "$3") 2>/dev/null
}

credentials() {
  [ -f "$PKI/complete" ] && return
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
    -subj /CN=node-ca -keyout "$PKI/ca.key" -out "$PKI/ca.crt" 2>/dev/null
  certificate server /CN=kube-apiserver \
    subjectAltName=IP:127.0.0.1,IP:$NODE_IP,IP:10.96.0.1,DNS:localhost,DNS:kubernetes.default.svc
  certificate kubelet-client /O=system:masters/CN=kube-apiserver extendedKeyUsage=clientAuth
  openssl genrsa -out "$PKI/sa.key" 2048 2>/dev/null
  openssl rsa -in "$PKI/sa.key" -pubout -out "$PKI/sa.pub" 2>/dev/null
  local token
  token=$(openssl rand -hex 16)
  (umask 077; echo "$token,admin,admin,system:masters" >"$PKI/tokens.csv")
  (umask 077; cat >"$KUBECONFIG") <<CONFIG
apiVersion: v1
kind: Config
clusters:
- {name: node, cluster: {server: "https://127.0.0.1:$API_PORT", certificate-authority: $PKI/ca.crt}}
users: [{name: admin, user: {token: $token}}]
contexts: [{name: node, context: {cluster: node, user: admin}}]
current-context: node
CONFIG
  touch "$PKI/complete"
}

control_plane() {
  local etcd=http://127.0.0.1:$ETCD_PORT peer=http://127.0.0.1:$((ETCD_PORT + 1))
  start etcd --name n --data-dir "$RUN/etcd" --unsafe-no-fsync --logger zap --log-level warn \
    --listen-client-urls $etcd --advertise-client-urls $etcd \
    --listen-peer-urls $peer --initial-advertise-peer-urls $peer --initial-cluster n=$peer
  start kube-apiserver --etcd-servers $etcd --secure-port "$API_PORT" --bind-address 127.0.0.1 \
    --advertise-address $NODE_IP --endpoint-reconciler-type none \
    --service-cluster-ip-range 10.96.0.0/16 --authorization-mode RBAC --profiling=false \
    --tls-cert-file "$PKI/server.crt" --tls-private-key-file "$PKI/server.key" \
    --token-auth-file "$PKI/tokens.csv" --kubelet-preferred-address-types InternalIP \
    --kubelet-client-certificate "$PKI/kubelet-client.crt" \
    --kubelet-client-key "$PKI/kubelet-client.key" \
    --service-account-issuer https://kubernetes.default.svc \
    --service-account-key-file "$PKI/sa.pub" --service-account-signing-key-file "$PKI/sa.key"
  wait_for 120 "API server" kube-apiserver kubectl get --raw /readyz
  start kube-controller-manager --kubeconfig "$KUBECONFIG" --leader-elect=false \
    --use-service-account-credentials=false --bind-address 127.0.0.1 --profiling=false \
    --service-account-private-key-file "$PKI/sa.key" --root-ca-file "$PKI/ca.crt"
  start kube-scheduler --kubeconfig "$KUBECONFIG" --leader-elect=false --bind-address 127.0.0.1
}

# Everything the node makes outside of $RUN is marked there, so that down.sh takes away exactly it.
network() {
  local folder
  if [ ! -f "$RUN/owns-network" ]; then
    ! ip link show $BRIDGE >/dev/null 2>&1 || die "a bridge $BRIDGE of somebody else is there"
    ! find /sys/fs/cgroup -maxdepth 2 -name kubepods | grep -q . ||
      die "pods of another kubelet are on this machine (a cgroup kubepods is there)"
    for folder in $STRAY_FOLDERS; do [ -e "$folder" ] || echo "$folder"; done >"$RUN/owns-folders"
    sysctl -n net.ipv4.ip_forward >"$RUN/owns-network"
  fi
  sysctl -qw net.ipv4.ip_forward=1
  # Without the bridge, what is meant for pods goes nowhere instead of to the default route.
  ip route replace unreachable $POD_NET metric 9999
  ip link show $BRIDGE >/dev/null 2>&1 || {
    ip link add $BRIDGE type bridge
    ip addr add $NODE_IP/16 dev $BRIDGE
    ip link set $BRIDGE up
  }
  cat >"$RUN/cni/10-bridge.conflist" <<CONFIG
{"cniVersion": "1.0.0", "name": "node", "plugins": [{
  "type": "bridge", "bridge": "$BRIDGE", "isGateway": true, "ipMasq": false, "hairpinMode": true,
  "ipam": {"type": "host-local", "dataDir": "$RUN/ipam", "ranges": [[{"subnet": "$POD_NET"}]],
           "routes": [{"dst": "0.0.0.0/0"}]}}]}
CONFIG
}

container_runtime() {
  cat >"$RUN/containerd.toml" <<CONFIG
version = 3
root = "$RUN/containerd"
state = "$RUN/containerd-state"
disabled_plugins = ["io.containerd.nri.v1.nri"]
[grpc]
  address = "$SOCK"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "$PAUSE_IMAGE"
[plugins.'io.containerd.cri.v1.runtime']
  # Root in a container has no right to lower OOM scores.
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["/usr/lib/cni"]
    conf_dir = "$RUN/cni"
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
      SystemdCgroup = false
      BinaryName = "$(command -v runc)"
CONFIG
  start containerd --config "$RUN/containerd.toml"
  wait_for 30 containerd containerd ctr -a "$SOCK" version
  ctr -a "$SOCK" -n k8s.io images ls -q | grep -qx $PAUSE_IMAGE || {
    local folder
    folder=$(mktemp -d)
    cp "$BIN/pause" "$folder/pause"
    bash "$HERE/mkimage.sh" $PAUSE_IMAGE "$folder" /pause | import_image
    rm -r "$folder"
  }
}

kubelet() {
  # Nothing answers at clusterDNS; without it every start of a container costs one of the 25
  # warnings that Kubernetes keeps for a pod. A test machine is often short of disk: no evictions.
  cat >"$RUN/kubelet.yaml" <<CONFIG
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
containerRuntimeEndpoint: unix://$SOCK
address: $NODE_IP
authentication: {anonymous: {enabled: false}, x509: {clientCAFile: $PKI/ca.crt}}
authorization: {mode: AlwaysAllow}
cgroupDriver: cgroupfs
failCgroupV1: false
failSwapOn: false
enforceNodeAllocatable: []
localStorageCapacityIsolation: false
makeIPTablesUtilChains: false
imageGCHighThresholdPercent: 100
imageGCLowThresholdPercent: 99
evictionHard:
  {memory.available: "0%", nodefs.available: "0%", nodefs.inodesFree: "0%",
   imagefs.available: "0%", imagefs.inodesFree: "0%"}
podLogsDir: $RUN/pod-logs
volumePluginDir: $RUN/volume-plugins
resolvConf: ""
clusterDNS: [$NODE_IP]
CONFIG
  start kubelet --config "$RUN/kubelet.yaml" --kubeconfig "$KUBECONFIG" \
    --root-dir "$RUN/kubelet" --cert-dir "$RUN/kubelet-pki" \
    --hostname-override node1 --node-ip $NODE_IP
  wait_for 60 "node object" kubelet kubectl get node node1
  wait_for 60 "node" kubelet kubectl wait --for=condition=Ready node/node1 --timeout=5s
  wait_for 30 "service account" kube-controller-manager kubectl get sa default
}

begun=$(now_ms)
mkdir -p "$RUN"/{pids,log,pki,cni}
credentials
# For whoever asks the API server only: no node, no network, no privileges.
if [ "${1:-}" = --control-plane ]; then
  control_plane
  say "the control plane is up; KUBECONFIG=$KUBECONFIG"
  exit
fi
network
control_plane
container_runtime
kubelet
say "the node is up after $(($(now_ms) - begun)) ms; KUBECONFIG=$KUBECONFIG"
