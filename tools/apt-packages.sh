#!/usr/bin/env bash
# Installs the Debian packages that the tests call, as far as they are missing. Without root or apt
# it names them and goes on: the tests that need one then say so themselves.
set -euo pipefail

# command:package. gcc and libc are for Go's race detector.
wanted="
  git:git
  make:make
  gcc:gcc
  python3:python3
  unshare:util-linux
  mount:mount
  ps:procps
  vim:vim
  nginx:nginx-light
  redis-server:redis-server
  uvicorn:uvicorn
"

missing=()
for pair in $wanted; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing+=("${pair##*:}")
done
[ -e /usr/include/stdlib.h ] || missing+=(libc6-dev)
if [ ${#missing[@]} = 0 ]; then
  echo "apt-packages: nothing to install"
  exit 0
fi

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "apt-packages: missing, and only root can install: ${missing[*]}" >&2
  exit 0
fi
echo "apt-packages: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null
apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null >/dev/null
