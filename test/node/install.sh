#!/usr/bin/env bash
# Builds what one real Kubernetes node needs, out of Go modules and Debian packages: no Docker and
# no image registry. What is in the cache already is not built again; a cold machine with two cores
# takes about seven minutes, a warm one no time.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
mkdir -p "$BIN" "$SRC"
export GOFLAGS="-mod=mod -buildvcs=false" GOTOOLCHAIN=local CGO_ENABLED=0 GOWORK=off

need_packages() {
  local missing=() package
  for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
  [ ${#missing[@]} = 0 ] && return
  say "installing Debian packages: ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >/dev/null
}

# build NAME MODULE_DIR PACKAGE [go build arguments...]
# The linker alone knows how far it is; a line now and then says that it lives.
build() {
  local name=$1 dir=$2 package=$3 start job second=0
  shift 3
  [ -x "$BIN/$name" ] && return
  start=$(now_ms)
  say "building $name"
  (cd "$dir" && exec go build -trimpath "$@" -o "$BIN/$name.new" "$package") &
  job=$!
  while kill -0 $job 2>/dev/null; do
    sleep 1
    second=$((second + 1))
    [ $((second % 30)) != 0 ] || say "building $name: $second s so far"
  done
  wait $job || die "building $name failed"
  mv "$BIN/$name.new" "$BIN/$name"
  say "built $name in $((($(now_ms) - start) / 1000)) s"
}

# A scratch module with the requirements of Kubernetes itself. Its go.mod points at the staging
# folders of its own repository; the same code is published as k8s.io/* v0.x.
kubernetes_module() {
  local dir=$SRC/k8s-$K8S_VERSION mod
  if [ ! -f "$dir/go.mod" ]; then
    say "downloading the modules of Kubernetes $K8S_VERSION"
    mkdir -p "$dir"
    mod=$(cd / && go mod download -json "k8s.io/kubernetes@v$K8S_VERSION" |
      sed -n 's/.*"GoMod": "\(.*\)",/\1/p')
    {
      sed -e 's#^module .*#module scratch#' \
        -e "s#=> ./staging/src/\(k8s.io/[a-z0-9-]*\)#=> \1 v0.${K8S_VERSION#1.}#" "$mod"
      printf '\nrequire k8s.io/kubernetes v%s\n' "$K8S_VERSION"
    } >"$dir/go.mod.new"
    mv "$dir/go.mod.new" "$dir/go.mod"
  fi
  echo "$dir"
}

# one_module NAME PATH VERSION: a scratch module that requires one other module.
one_module() {
  local dir=$SRC/$1
  if [ ! -f "$dir/go.mod" ]; then
    say "downloading $2 $3"
    mkdir -p "$dir.new"
    (cd "$dir.new" && go mod init scratch && go get "$2@v$3") >/dev/null 2>&1 ||
      die "$2@v$3 cannot be downloaded"
    mv "$dir.new" "$dir"
  fi
  echo "$dir"
}

all_there() {
  local name
  for name in "$@"; do [ -x "$BIN/$name" ] || return 1; done
}

kubernetes() {
  local names=(kubelet kube-apiserver kube-controller-manager kube-scheduler kubectl) dir name
  all_there "${names[@]}" && return
  dir=$(kubernetes_module)
  local version=k8s.io/component-base/version client=k8s.io/client-go/pkg/version
  local flags="-s -w -X $version.gitVersion=v$K8S_VERSION -X $client.gitVersion=v$K8S_VERSION"
  flags+=" -X $version.gitMajor=1 -X $version.gitMinor=${K8S_VERSION:2:2}"
  for name in "${names[@]}"; do
    build "$name" "$dir" "k8s.io/kubernetes/cmd/$name" -ldflags "$flags"
  done
}

runtime() {
  local names=(containerd containerd-shim-runc-v2 ctr) dir name
  all_there "${names[@]}" && return
  local path=github.com/containerd/containerd/v2
  dir=$(one_module "containerd-$CONTAINERD_VERSION" $path $CONTAINERD_VERSION)
  for name in "${names[@]}"; do
    build "$name" "$dir" "$path/cmd/$name" -tags no_btrfs,no_devmapper \
      -ldflags "-s -w -X $path/version.Version=$CONTAINERD_VERSION"
  done
}

need_packages iptables iproute2 openssl runc containernetworking-plugins conntrack busybox-static
kubernetes
all_there etcd || build etcd "$(one_module etcd-$ETCD_VERSION go.etcd.io/etcd/server/v3 \
  $ETCD_VERSION)" go.etcd.io/etcd/server/v3 -ldflags "-s -w"
runtime
build pause "$HERE/programs" ./pause -ldflags "-s -w"
say "everything is in $BIN"
