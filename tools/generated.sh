#!/usr/bin/env bash
# Generates the pages' Go code and their text editor in a copy of the sources
# and compares them with what is committed, so that the work tree is never touched.
set -eu
cd "$(dirname "$0")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

mapfile -t pages < <(find internal -name '*.templ' | sort)
if ((${#pages[@]} == 0)); then
  echo "geen pagina's om te genereren"
  exit 0
fi
for page in "${pages[@]}"; do
  mkdir -p "$copy/$(dirname "$page")"
  cp "$page" "$copy/$page"
done
cp go.mod "$copy/"
build/bin/templ generate -path "$copy" -include-version=false -log-level warn

stale=0
for page in "${pages[@]}"; do
  generated=${page%.templ}_templ.go
  if ! diff -q "$generated" "$copy/$generated" >/dev/null 2>&1; then
    echo "verouderd: $generated (maak opnieuw met: make generate)"
    stale=1
  fi
done
while read -r orphan; do
  [[ -e ${orphan%_templ.go}.templ ]] || { echo "zonder bron: $orphan"; stale=1; }
done < <(find internal -name '*_templ.go')

# The text editor of the pages is what tools/editor and its lock file give.
vendor=internal/web/static/vendor
mkdir -p "$copy/vendor"
cp "$vendor/manifest.json" "$copy/vendor/"
(cd tools && go run ./assets -bundle "$copy/vendor")
for file in "$copy"/vendor/*; do
  if ! diff -q "$vendor/${file##*/}" "$file" >/dev/null 2>&1; then
    echo "verouderd: $vendor/${file##*/} (maak opnieuw met: make generate)"
    stale=1
  fi
done

((stale == 0)) && echo "${#pages[@]} pagina's, alle bij de tijd; de teksteditor ook"
exit $stale
