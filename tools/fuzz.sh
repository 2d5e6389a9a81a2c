#!/usr/bin/env bash
# Fuzzes every Fuzz function of the module: the rule parser FUZZ_PARSER seconds
# in all, every other target FUZZ_OTHER seconds; two at a time, each on one core.
# It begins with the examples in the sources, not with what earlier runs kept, so
# that a short time is spent on new ones; a target that hardly did one is a fault.
# What needs a database gets FUZZ_MUTANTS odd texts instead: see internal/mutate.
set -eu
cd "$(dirname "$0")/.."

# one DIR TARGET SECONDS
one() {
  local out tried examples cache
  if grep -q 'mutate\.Add(' <(grep -hA30 "^func $2(" "$1"/*_test.go); then
    out=$(FUZZ_MUTANTS=${FUZZ_MUTANTS:-300} go test -vet=off -count=1 -v -run "^$2\$" "./$1" 2>&1) || {
      printf '%s %s\n%s\n' "$1" "$2" "$(grep -v '^ *--- PASS\|^=== ' <<<"$out")"
      return 1
    }
    tried=$(grep -c '^ *--- PASS: .*/seed#' <<<"$out")
    printf '%-32s %-20s       %8d keer, zonder dekking\n' "$1" "$2" "$tried"
    ((tried >= ${FUZZ_MUTANTS:-300}))
    return
  fi
  # A machine may be busy with something else: every next time is three times as long.
  for seconds in "$3" "$((3 * $3))" "$((9 * $3))"; do
    cache=$(mktemp -d)
    # Making an input smaller may take a minute by itself, in which nothing is tried.
    out=$(go test -vet=off -run '^$' -parallel 1 -fuzz "^$2\$" -fuzztime "${seconds}s" -fuzzminimizetime 20x "./$1" -args -test.fuzzcachedir="$cache" 2>&1) || {
      rm -rf "$cache"
      printf '%s %s\n%s\n' "$1" "$2" "$out"
      return 1
    }
    rm -rf "$cache"
    tried=$(grep -oE 'execs: [0-9]+' <<<"$out" | tail -1 | tr -dc 0-9)
    examples=$(grep -oE 'baseline coverage: [0-9]+/[0-9]+ completed, now' <<<"$out" | tail -1 | sed -E 's/.*\/([0-9]+) .*/\1/')
    if [[ -n $examples ]] && ((${tried:-0} >= examples + 5)); then
      printf '%-32s %-20s %3d s %8d keer\n' "$1" "$2" "$seconds" "$tried"
      return
    fi
  done
  printf '%s %s: in %s s hardly anything new was tried\n%s\n' "$1" "$2" "$seconds" "$out"
  return 1
}
if (($# == 3)); then
  one "$@"
  exit
fi

list=$(mktemp)
trap 'rm -f "$list"' EXIT
while read -r dir; do
  mapfile -t targets < <(grep -ohE '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go | awk '{print $2}' | sort -u)
  seconds=$FUZZ_OTHER
  [[ $dir == internal/regelspraak ]] && seconds=$(((FUZZ_PARSER + ${#targets[@]} - 1) / ${#targets[@]}))
  for target in "${targets[@]}"; do echo "$dir $target $seconds"; done
done < <(grep -rlE '^func Fuzz' --include='*_test.go' internal | xargs -r -n1 dirname | sort -u) >"$list"
[[ -s $list ]]
xargs -P 2 -L 1 tools/fuzz.sh <"$list"
echo "$(wc -l <"$list") doelen"
