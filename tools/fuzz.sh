#!/usr/bin/env bash
# Fuzzes every Fuzz function of the module: the rule parser FUZZ_PARSER seconds
# in all, every other target FUZZ_OTHER seconds.
set -eu
cd "$(dirname "$0")/.."

found=0
while read -r dir; do
  mapfile -t targets < <(grep -ohE '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | awk '{print $2}' | sort -u)
  seconds=$FUZZ_OTHER
  [[ $dir == internal/regelspraak ]] && seconds=$(((FUZZ_PARSER + ${#targets[@]} - 1) / ${#targets[@]}))
  for target in "${targets[@]}"; do
    echo "$dir $target ${seconds} s"
    go test -run '^$' -fuzz "^$target\$" -fuzztime "${seconds}s" "./$dir"
    found=$((found + 1))
  done
done < <(grep -rlE '^func Fuzz' --include='*_test.go' internal | xargs -r -n1 dirname | sort -u)
echo "$found doelen"
((found > 0))
