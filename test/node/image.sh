#!/usr/bin/env bash
# Makes the tests' image out of this checkout and gives it to the node: Node.js with its libraries,
# hotpod as it ships, busybox, what this machine has of nginx, redis-server and Python, and the
# services the tests run, in every version they need. The services stay in the cache as long as
# their sources do not change.
set -euo pipefail
. "$(dirname "$0")/settings.sh"
VERSIONS=21
SERVICES=$CACHE/services
export CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off GOFLAGS="-mod=readonly -buildvcs=false"
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT

# go_service NAME FILE CONSTANT VALUE: the example service as an edit of one constant makes it. An
# overlay edits for the compiler only; the checkout stays as it is.
go_service() {
  local shop=$ROOT/examples/go-shop edited=$tree/$2
  sed "s/^const $3 = .*/const $3 = \"$4\"/" "$shop/$2" >"$edited"
  grep -q "^const $3 = \"$4\"" "$edited" || die "examples/go-shop/$2 has no constant $3"
  echo "{\"Replace\": {\"$shop/$2\": \"$edited\"}}" >"$tree/overlay.json"
  go build -C "$shop" -trimpath -overlay "$tree/overlay.json" -ldflags "-s -w" \
    -o "$SERVICES/$1" .
  rm "$edited" "$tree/overlay.json"
}

services() {
  local sources version other=arm64
  sources=$(cd "$ROOT" && find sdk/go examples/go-shop bench/programs/{echo,kept} -type f \
    ! -name "*_test.go" -exec sha256sum {} + | sort | sha256sum)
  [ "$(cat "$SERVICES/made-from" 2>/dev/null)" = "$sources" ] && return
  say "building the service in $VERSIONS versions"
  rm -rf "$SERVICES"
  mkdir -p "$SERVICES"
  for version in $(seq $VERSIONS); do go_service "$version" version.go version "$version"; done
  go build -C "$ROOT/bench/programs/kept" -trimpath -ldflags "-s -w" -o "$SERVICES/kept" .
  go_service crash faults.go fault crash-at-start
  [ "$(go env GOARCH)" = amd64 ] || other=amd64
  GOARCH=$other go_service foreign version.go version 99
  echo "$sources" >"$SERVICES/made-from"
}

# from_machine NAME FILE: a program of this machine, and the libraries it is linked with.
from_machine() {
  local library
  install "$(readlink -f "$2")" "$tree/bin/$1"
  ldd "$tree/bin/$1" | grep -o '/[^ ]*' | while read -r library; do
    install -D "$(readlink -f "$library")" "$tree$library"
  done
}

# What people run that knows nothing of hotpod, as far as it is installed here. Of Python only its
# libraries that are small.
unmodified() {
  local name python
  for name in nginx redis-server; do
    ! command -v $name >/dev/null || from_machine $name "$(command -v $name)"
  done
  [ -x /usr/bin/python3 ] || return 0
  from_machine python3 /usr/bin/python3
  python=$(/usr/bin/python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
  mkdir -p "$tree$python"
  tar -C "$python" --exclude=__pycache__ --exclude='./config-*' --exclude=./test -cf - . |
    tar -C "$tree$python" -xf -
}

# plain and settings, whose sources are beside this script.
own_programs() {
  local name
  for name in plain settings; do
    go build -C "$HERE/programs/$name" -trimpath -ldflags "-s -w" -o "$tree/versions/$name" .
  done
  mkdir "$tree/programs/settings" "$tree/programs/node_modules"
  cp "$HERE/programs/settings/server.mjs" "$tree/programs/settings/"
  cp -r "$ROOT/sdk/node" "$tree/programs/node_modules/hotpod-sdk"
}

# As npm installs the package: the bundle, and koffi with its native part.
hotpod() {
  local home=$tree/opt/hotpod package
  mkdir -p "$home/node_modules/@koromix"
  cp "$ROOT/package.json" "$home/"
  cp -r "$ROOT/dist" "$home/dist"
  for package in $(cd "$ROOT/node_modules" && ls -d koffi @koromix/koffi-linux-*); do
    cp -r "$ROOT/node_modules/$package" "$home/node_modules/$package"
  done
  ln -s /opt/hotpod/dist/hotpod.js "$tree/bin/hotpod"
}

tools() {
  local applet
  cp /bin/busybox "$tree/bin/"
  for applet in $(/bin/busybox --list); do
    [ -e "$tree/bin/$applet" ] || ln -s busybox "$tree/bin/$applet"
  done
  # hotpod begins with #!/usr/bin/env node.
  ln -s ../bin "$tree/usr/bin"
  cp "$HERE/programs/reloader/reloader.sh" "$tree/programs/"
  cp -r "$ROOT/examples/node-shop" "$tree/programs/"
  echo 'nonroot:x:65532:65532:nonroot:/tmp:/bin/sh' >"$tree/etc/passwd"
}

begun=$(now_ms)
services
mkdir -p "$tree"/{bin,usr,etc,tmp,proc,sys,dev,app,versions,programs,opt/hotpod,hotpod,work}
from_machine node "$(command -v node)"
hotpod
tools
unmodified
own_programs
cp "$SERVICES"/* "$tree/versions/"
rm "$tree/versions/made-from"
# A catalogue of this size makes one generation of the shop hold about 95 MB.
sed 's/"products": [0-9]*/"products": 200000/' "$ROOT/examples/go-shop/config.json" \
  >"$tree/versions/large.json"
cp "$SERVICES/1" "$tree/app/shop"
chmod -R a+rX "$tree"
bash "$HERE/mkimage.sh" $IMAGE "$tree" /bin/hotpod | import_image
say "$IMAGE: $(du -sm "$tree" | cut -f1) MB, in the node after $(($(now_ms) - begun)) ms"
