#!/usr/bin/env bash
# Measures the figures of README.md and prints them as the table that stands
# there.
set -eu
cd "$(dirname "$0")/.."

out=$(go test -run '^$' -bench '^Benchmark(Households|Decisions|Signals)$' -benchtime "${BENCHTIME:-3s}" ./internal/cli) || {
  echo "$out" >&2
  exit 1
}
cpu=$(sed -n 's/^cpu: //p' <<<"$out" | tr -s ' ')
# rate NAME: the figure per second of one benchmark, rounded to two digits.
rate() {
  awk -v name="$1" '
    index($1, "Benchmark" name) == 1 {
      for (i = 2; i < NF; i++) if ($(i+1) == "per_s" || $(i+1) == "huishoudens/s") value = $i
    }
    END {
      if (value == "") { print "niet gemeten: " name > "/dev/stderr"; exit 1 }
      size = 1
      while (value / size >= 100) size *= 10
      n = int(value / size + 0.5) * size
      text = sprintf("%d", n); grouped = ""
      while (length(text) > 3) { grouped = "." substr(text, length(text) - 2) grouped; text = substr(text, 1, length(text) - 3) }
      print text grouped
    }' <<<"$out"
}
households=$(rate Households)
plain=$(rate Decisions/uitkomst)
explained=$(rate Decisions/uitleg)
one=$(rate 'Signals/melders=1-')
many=$(rate 'Signals/melders=64')

cat <<TABLE
| wat | per seconde |
|---|---:|
| huishoudens doorgerekend: twee regelingen, nu en met een variant, alle tabellen, alle kernen | $households |
| beslissingen op een dossier van twee mensen, één kern | $plain |
| dezelfde, met uitleg tot op het artikel | $explained |
| signalen op schijf (fsync voor het antwoord), één melder tegelijk | $one |
| dezelfde, 64 melders tegelijk, elk op een eigen plaats | $many |

Gemeten met \`make bench\` op $(nproc) kernen van $cpu.
TABLE
