#!/usr/bin/env bash
# Looks for known vulnerabilities in what the program calls. It takes a copy of the
# Go vulnerability database that lies beside the checkout
# (../*/data/vulndb/govulndb-*.tgz), so that it needs no network; else vuln.go.dev;
# and without either it says that nothing was checked.
set -eu
cd "$(dirname "$0")/.."

shopt -s nullglob
copies=(../*/data/vulndb/govulndb-*.tgz)
if ((${#copies[@]})); then
  dir=$(mktemp -d)
  trap 'rm -rf "$dir"' EXIT
  tar -xzf "${copies[-1]}" -C "$dir"
  index=$(find "$dir" -type d -name ID -printf '%h\n' -quit)
  echo "kwetsbaarheden: $(basename "${copies[-1]}"), $(find "$index/ID" -name '*.json' | wc -l) meldingen"
  build/bin/govulncheck -db "file://$index" ./...
elif curl -fsS -m 10 -o /dev/null https://vuln.go.dev/index/db.json 2>/dev/null; then
  build/bin/govulncheck ./...
else
  echo "kwetsbaarheden NIET nagegaan: geen kopie van de database naast de checkout, en vuln.go.dev is niet bereikbaar"
fi
