#!/usr/bin/env bash
# Stops exactly what up.sh started and removes what it made: processes (by pid file and binary),
# containers, mounts, network namespaces, the bridge, the cgroups. Says what it could not remove.
# down.sh --keep leaves the cluster's state for the next up.sh; the binaries always stay.
set -uo pipefail
. "$(dirname "$0")/settings.sh"
left=0
complain() { say "still there: $*"; left=1; }

stop() {
  local name=$1 pid
  pid=$(cat "$RUN/pids/$name" 2>/dev/null) || return 0
  if [ "$(readlink "/proc/$pid/exe")" = "$BIN/$name" ]; then
    kill "$pid"
    for _ in $(seq 50); do
      [ -e "/proc/$pid/exe" ] || break
      sleep 0.1
    done
    [ -e "/proc/$pid/exe" ] && kill -KILL "$pid" 2>/dev/null
  fi
  rm -f "$RUN/pids/$name"
}

containers() {
  local id pid
  pid=$(cat "$RUN/pids/containerd" 2>/dev/null) || return 0
  [ "$(readlink "/proc/$pid/exe")" = "$BIN/containerd" ] || return 0
  for id in $(ctr -a "$SOCK" -n k8s.io tasks ls -q); do
    ctr -a "$SOCK" -n k8s.io tasks kill -a -s KILL "$id" >/dev/null 2>&1
    ctr -a "$SOCK" -n k8s.io tasks rm -f "$id" >/dev/null 2>&1
  done
  for id in $(ctr -a "$SOCK" -n k8s.io containers ls -q); do
    ctr -a "$SOCK" -n k8s.io containers rm "$id" >/dev/null 2>&1
  done
}

# Shims whose last container did not leave in time, known by the socket of this node's containerd.
shims() {
  local exe pid
  for exe in /proc/[0-9]*/exe; do
    [ "$(readlink "$exe" 2>/dev/null)" = "$BIN/containerd-shim-runc-v2" ] || continue
    pid=${exe#/proc/}
    pid=${pid%/exe}
    tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "-address $SOCK" && kill -KILL "$pid"
  done
}

mounts_below_run() { awk -v run="$RUN/" 'index($2, run) == 1 { print $2 }' /proc/mounts | sort -r; }
cni_mounts() { awk '$2 ~ "^(/var)?/run/netns/cni-" { print $2 }' /proc/mounts | sort -ru; }

network() {
  local mount
  [ -f "$RUN/owns-network" ] || return 0
  for mount in $(cni_mounts); do umount "$mount" && rm -f "$mount"; done
  for mount in $(cni_mounts); do complain "$mount"; done
  ip link del $BRIDGE 2>/dev/null
  ip route del unreachable $POD_NET metric 9999 2>/dev/null
  sysctl -qw net.ipv4.ip_forward="$(cat "$RUN/owns-network")"
  ! ip link show $BRIDGE >/dev/null 2>&1 || complain "$BRIDGE"
}

# A cgroup is gone only after its last process is; the kernel may take a moment.
cgroups() {
  local group
  [ -f "$RUN/owns-network" ] || return 0
  for _ in $(seq 20); do
    find /sys/fs/cgroup -maxdepth 2 -name kubepods | while read -r group; do
      find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null
    done
    find /sys/fs/cgroup -maxdepth 2 -name kubepods | grep -q . || return 0
    sleep 0.1
  done
  complain "$(find /sys/fs/cgroup -maxdepth 2 -name kubepods | tr '\n' ' ')"
}

folders() {
  local folder
  [ -f "$RUN/owns-folders" ] || return 0
  while read -r folder; do rm -rf --one-file-system "$folder" || complain "$folder"; done \
    <"$RUN/owns-folders"
}

[ -d "$RUN" ] || exit 0
for name in kubelet kube-scheduler kube-controller-manager kube-apiserver etcd; do stop $name; done
containers
stop containerd
shims
for mount in $(mounts_below_run); do umount -l "$mount"; done
for mount in $(mounts_below_run); do complain "$mount"; done
cgroups
network
folders
rm -f "$RUN/owns-network" "$RUN/owns-folders"
[ "${1:-}" = --keep ] || rm -rf "$RUN"
[ $left = 0 ] && say "the node is gone"
exit $left
