#!/usr/bin/env bash
# The steps of the GitHub Action (action.yml). install: what hotpod needs, in its own checkout. check: judges what the inputs name,
# with annotations on the lines, a summary of the job, and SARIF where it is asked for.
set -uo pipefail
home=$(cd "$(dirname "$0")/.." && pwd)

install() {
  if ! command -v node >/dev/null; then
    echo "::error::hotpod check needs Node.js 20.19 or newer: add a step with actions/setup-node before it"
    exit 2
  fi
  [ -e "$home/dist/hotpod.js" ] || (cd "$home" && npm ci --no-audit --no-fund --loglevel=error)
}

# lines TEXT ARRAY: the lines of a text that are not empty.
lines() {
  local -n into=$2
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    [ -z "$line" ] || into+=("$line")
  done <<<"$1"
}

check() {
  local paths=() more=() given=() status=0 text
  lines "${INPUT_PATHS:-.}" paths
  lines "${INPUT_ARGS:-}" more
  [ -z "${INPUT_PROFILE:-}" ] || given+=(--profile "$INPUT_PROFILE")
  [ -z "${INPUT_BASELINE:-}" ] || given+=(--baseline "$INPUT_BASELINE")
  given+=(--fail-on "${INPUT_FAIL_ON:-error}" "${more[@]}")
  hotpod --format github || status=$?
  echo "exit-code=$status" >>"${GITHUB_OUTPUT:-/dev/null}"
  text=$(hotpod --format text 2>&1)
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
    # A fence longer than any in the text keeps it text.
    printf '## hotpod check\n\n``````````text\n%s\n``````````\n' "${text//\`\`\`\`\`\`\`\`\`\`/}" >>"$GITHUB_STEP_SUMMARY"
  fi
  [ -z "${INPUT_SARIF_FILE:-}" ] || hotpod --format sarif --out "$INPUT_SARIF_FILE" >/dev/null
  exit "$status"
}

# What begins with a dash after -- is a file.
hotpod() { node "$home/dist/hotpod.js" check "${given[@]}" "$@" -- "${paths[@]}"; }

case "${1:-}" in
  install | check) "$1" ;;
  *) echo "usage: action.sh install|check" >&2; exit 2 ;;
esac
