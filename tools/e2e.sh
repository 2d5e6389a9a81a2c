#!/usr/bin/env bash
# Runs the browser tests, two files at a time (E2E_SAMEN), and leaves their number in
# build/count.e2e. Each file has a server and a Chromium of its own: one that waits
# for the other of its two leaves a core to the next.
set -u
cd "$(dirname "$0")/.."

timeout 1500 node --test --test-concurrency="${E2E_SAMEN:-2}" --test-timeout=1200000 \
  --test-reporter=spec --test-reporter-destination=stdout \
  --test-reporter=tap --test-reporter-destination=build/e2e.tap \
  e2e/*.test.mjs
status=$?
awk '/^# pass /{p=$3} /^# fail /{f=$3} /^# cancelled /{f+=$3} END{print p+0, f+0}' build/e2e.tap >build/count.e2e
exit $status
