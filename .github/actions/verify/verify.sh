#!/usr/bin/env bash
# What the action runs: waits for the endpoint, judges it, leaves the reports, and says how it ended.
set -euo pipefail

REPORTS=${REPORTS:-luckymonaco-reports}
read -ra options <<<"${OPTIONS:-}"
mkdir -p "$REPORTS"

python3 - "$LUCKYMONACO_BASE_URL" "${WAIT:-30}" <<'PYTHON'
# Until something listens; whether it answers rightly is for the suite to say.
import socket, sys, time, urllib.parse

try:
    parts = urllib.parse.urlsplit(sys.argv[1])
    place = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
except ValueError:
    sys.exit(0)  # no URL; the suite says what is wrong with it
end = time.monotonic() + float(sys.argv[2])
while parts.hostname and time.monotonic() < end:
    try:
        socket.create_connection(place, timeout=2).close()
        break
    except OSError:
        time.sleep(0.2)
PYTHON

status=0
luckymonaco verify "${options[@]}" \
    --report "html=$REPORTS/report.html" \
    --report "junit=$REPORTS/junit.xml" \
    --report "json=$REPORTS/report.json" \
    --report "sarif=$REPORTS/report.sarif" \
    --evidence "$REPORTS/evidence.zip" || status=$?
echo "exit-code=$status" >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$status"
