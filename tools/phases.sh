#!/usr/bin/env bash
# tools/phases.sh TARGET...: makes one target after the other, timed. A failing one does not hide what
# the later ones have to say; the last line adds up what the tests of all of them passed and failed.
set -euo pipefail
cd "$(dirname "$0")/.."
logs=out/phases
mkdir -p "$logs"

# Where nobody watches, a test that hangs is ended after a while, with all it started.
limit=()
[ "${CI:-}" != true ] || limit=(timeout --kill-after=30 "${PHASE_LIMIT:-40m}")

broken=()
for target in "$@"; do
  start=$SECONDS status=0
  printf '\n== %s\n' "$target"
  "${limit[@]}" make "$target" </dev/null 2>&1 | tee "$logs/$target.log" || status=$?
  seconds=$((SECONDS - start))
  if [ "$status" = 0 ]; then
    printf '== %s: done in %d s\n' "$target" "$seconds"
  else
    printf '== %s: FAILED after %d s\n' "$target" "$seconds"
    broken+=("$target")
  fi
done

# total KEY TARGET...: the sum over the closing lines of node:test, which the other suites print too.
total() {
  local key=$1 target
  shift
  for target in "$@"; do cat "$logs/$target.log"; done |
    awk -v key="$key" '$1 == "ℹ" && $2 == key { sum += $3 } END { print sum + 0 }'
}

failed=$(total fail "$@")
for target in "${broken[@]}"; do
  # Types, tidy or an installation can fail without a failing test.
  [ "$(total fail "$target")" != 0 ] || failed=$((failed + 1))
done
[ ${#broken[@]} = 0 ] || printf '\nfailed: %s' "${broken[*]}"
printf '\n%d passed, %d failed, %d skipped (%s) in %d s\n' \
  "$(total pass "$@")" "$failed" "$(total skipped "$@")" "$*" "$SECONDS"
[ "$failed" = 0 ]
