#!/usr/bin/env bash
# Builds the program again: in another folder, with an empty build cache, another
# home and another time zone. It must be the same, byte for byte.
set -eu
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
modules=$(go env GOMODCACHE)
mkdir "$dir/elders"
git ls-files -z --cached --others --exclude-standard -- cmd internal regelingen go.mod go.sum '*.go' |
  xargs -0 cp --parents -t "$dir/elders" 2>/dev/null || true
(
  cd "$dir/elders"
  env -u GOFLAGS HOME="$dir" GOENV=off GOCACHE="$dir/cache" GOMODCACHE="$modules" GOPROXY=off TZ=Asia/Tokyo CGO_ENABLED=0 \
    go build -trimpath -buildvcs=false -ldflags=-buildid= -o "$dir/lemniscaat" ./cmd/lemniscaat
)
a=$(sha256sum <build/lemniscaat) b=$(sha256sum <"$dir/lemniscaat")
if [[ $a != "$b" ]]; then
  echo "twee keer gebouwd is niet hetzelfde: ${a%% *} en ${b%% *}" >&2
  exit 1
fi
echo "twee keer gebouwd, hetzelfde: ${a%% *}"
