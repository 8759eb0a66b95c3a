#!/bin/sh
# A model of a rebuild-and-restart reloader as PID 1, for the "before" of the comparison. It does what
# `stop, build, start` recipes do (and air by default until 2026): the running program is stopped, the
# binary is rebuilt in place, the new one is started. A copy stands for the compiler and takes
# BUILD_SECONDS. The source is /hotpod/drop/main, else what the image holds.
source_file() { if [ -e /hotpod/drop/main ]; then echo /hotpod/drop/main; else echo /app/shop; fi; }
# What tells one content from another without reading it.
stamp() { stat -c '%n %i %s %Y' "$(source_file)" 2>/dev/null; }

build() {
  echo "reloader: building"
  rm -f /work/main
  sleep "$BUILD_SECONDS"
  cp "$(source_file)" /work/main.new && chmod 755 /work/main.new && mv /work/main.new /work/main
}
start() {
  echo "reloader: starting"
  /work/main &
  child=$!
}

built=$(stamp)
build
start
while :; do
  sleep 0.1
  now=$(stamp)
  [ "$now" = "$built" ] && continue
  built=$now
  echo "reloader: something changed"
  kill -KILL "$child" 2>/dev/null
  wait "$child" 2>/dev/null
  build
  start
done
