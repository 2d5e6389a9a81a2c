#!/usr/bin/env bash
# Runs the named Makefile targets one after the other, goes on after a failure,
# and closes with "N passed, N failed" alone on the last line.
#
# A target that writes build/count.<target> ("passed failed") counts as that
# many tests; every other target counts as one.
set -u
cd "$(dirname "$0")/.."
mkdir -p build
rm -f build/count.*

passed=0 failed=0 report=""
for target in "$@"; do
  printf '\n== %s\n' "$target"
  start=$SECONDS
  if make --no-print-directory -s "$target" </dev/null; then outcome=goed; else outcome=FOUT; fi
  if read -r p f 2>/dev/null <"build/count.$target"; then
    # A target that fails without a failed test has failed to run at all.
    [[ $outcome == FOUT && $f == 0 ]] && f=1
  elif [[ $outcome == goed ]]; then p=1 f=0
  else p=0 f=1
  fi
  passed=$((passed + p)) failed=$((failed + f))
  report+=$(printf '%-10s %-5s %5d s  %5d goed %4d fout' "$target" "$outcome" $((SECONDS - start)) "$p" "$f")$'\n'
done

printf '\n%s\n%d passed, %d failed\n' "$report" "$passed" "$failed"
[[ $failed == 0 ]]
