#!/usr/bin/env bash
# The pre-commit hook (.pre-commit-hooks.yaml): judges the files it is given, with the hotpod of this checkout, built at the first use.
set -euo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)
if ! command -v node >/dev/null; then
  echo "hotpod check needs Node.js 20.19 or newer" >&2
  exit 2
fi
if [ ! -e "$home/dist/hotpod.js" ]; then
  (cd "$home" && npm ci --no-audit --no-fund --loglevel=error) >&2
fi
exec node "$home/dist/hotpod.js" check -- "$@"
