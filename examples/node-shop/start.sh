#!/bin/sh
# The source lies on a volume, so that it can be edited (kubectl cp, a sync tool) while the pod serves.
# A new container starts with what the image holds.
set -eu
mkdir -p /hotpod/app
cp -R /app/. /hotpod/app/
cd /hotpod/app
# exec: hotpod is PID 1 and gets the signals.
exec hotpod run --recipe none --listen http=:8080 -- node server.js
