#!/usr/bin/env bash
# Measures the figures of README.md and prints them as the table that stands
# there.
set -eu
cd "$(dirname "$0")/.."

[ -x /usr/bin/time ] || { echo "make bench meet geheugen met /usr/bin/time: installeer het pakket time" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
out=
began=$SECONDS
# measure PACKAGE BENCHMARK…: adds what they report to $out. One that hangs does not
# keep the others waiting for ever: what takes longer than LIMIT is a fault.
measure() {
  local package=$1 bench took start
  shift
  go test -c -o "$work/bench.test" "./internal/$package"
  for bench in "$@"; do
    start=$SECONDS
    printf 'make bench: %s in internal/%s… ' "$bench" "$package" >&2
    took=$(cd "internal/$package" && "$work/bench.test" -test.run '^$' -test.bench "$bench" -test.benchtime "${BENCHTIME:-3s}" -test.timeout "${LIMIT:-10m}" 2>&1) || {
      echo "$took" >&2
      exit 1
    }
    printf '%d s\n' $((SECONDS - start)) >&2
    out+=$'\n'$took
  done
}
measure cli '^BenchmarkHouseholds$' '^BenchmarkDecisions$' '^BenchmarkSignals$' '^BenchmarkServe$' '^BenchmarkTry$'
measure regelspraak '^BenchmarkParse$/^regels=1000$'
measure column '^BenchmarkKernel60$/^512$' '^BenchmarkExact60$' '^BenchmarkCountry$/^1024$/^workers=2$'
measure regulation '^BenchmarkLoad$' '^BenchmarkWith$'
measure entitlement '^BenchmarkAll$'
measure simulate '^BenchmarkLive$' '^BenchmarkExplainPerson$'
measure store/sqlite '^BenchmarkReach$'
measure office '^BenchmarkReceive$'
measure api '^BenchmarkDecide$'
# millis NAME: the time of one benchmark in milliseconds, with one decimal.
millis() {
  awk -v name="$1" '
    $1 ~ "^Benchmark" name "(-[0-9]+)?$" { for (i = 2; i < NF; i++) if ($(i+1) == "ns/op") value = $i }
    END {
      if (value == "") { print "niet gemeten: " name > "/dev/stderr"; exit 1 }
      text = sprintf("%.1f", value / 1e6); sub(/\./, ",", text); print text
    }' <<<"$out"
}
# metric NAME UNIT: what one benchmark reports in a unit of its own, as it is, with
# one decimal.
metric() {
  awk -v name="$1" -v unit="$2" '
    $1 ~ "^Benchmark" name "(-[0-9]+)?$" { for (i = 2; i < NF; i++) if ($(i+1) == unit) value = $i }
    END {
      if (value == "") { print "niet gemeten: " name > "/dev/stderr"; exit 1 }
      text = sprintf("%.1f", value); sub(/\./, ",", text); print text
    }' <<<"$out"
}
# processor NAME: the processor time of one benchmark in milliseconds.
processor() {
  awk -v name="$1" '
    $1 ~ "^Benchmark" name "(-[0-9]+)?$" { for (i = 2; i < NF; i++) if ($(i+1) == "cpu-ms/op") value = $i }
    END {
      if (value == "") { print "niet gemeten: " name > "/dev/stderr"; exit 1 }
      printf "%.0f\n", value
    }' <<<"$out"
}
cpu=$(sed -n 's/^cpu: //p' <<<"$out" | head -1 | tr -s ' ')
# rate NAME: the figure per second of one benchmark, rounded to two digits.
rate() {
  awk -v name="$1" '
    $1 ~ "^Benchmark" name {
      for (i = 2; i < NF; i++) if ($(i+1) == "per_s" || $(i+1) == "huishoudens/s") value = $i
    }
    END {
      if (value == "") { print "niet gemeten: " name > "/dev/stderr"; exit 1 }
      size = 1
      while (value / size >= 100) size *= 10
      n = int(value / size + 0.5) * size
      text = sprintf("%.0f", n); grouped = ""
      while (length(text) > 3) { grouped = "." substr(text, length(text) - 2) grouped; text = substr(text, 1, length(text) - 3) }
      print text grouped
    }' <<<"$out"
}
households=$(rate Households)
plain=$(rate Decisions/uitkomst)
explained=$(rate Decisions/uitleg)
one=$(rate 'Signals/sqlite/melders=1-')
many=$(rate 'Signals/sqlite/melders=64')
operations=$(rate Kernel60/512)
exactly=$(rate Exact60)
country=$(rate Country/1024/workers=2)
rules=$(rate Parse/regels=1000)
loading=$(millis Load)
laying=$(millis With)
living=$(millis Live/alles)
living_cpu=$(processor Live/alles)
alone=$(millis Live/alleen)
alone_cpu=$(processor Live/alleen)
trying=$(millis Try)
trying_cpu=$(processor Try)
together=$(millis All)
person=$(millis ExplainPerson)
reach=$(millis Reach)
intake=$(rate Receive/sqlite)
served=$(rate Serve/meest)
served_cpu=$(metric Serve/meest server-cpu-us/op)
asker_cpu=$(metric Serve/meest asker-cpu-us/op)
series=$(rate Serve/reeks)
steady=$(metric Serve/gestaag p99_ms)
asked=$(rate 'Decide/een/zorgtoeslag-[0-9]')
heaviest=$(rate Decide/een/besteedbaar-inkomen)
# The rows of PostgreSQL are only there where it is.
postgres=
if grep -q '^BenchmarkReceive/postgres.* per_s' <<<"$out"; then
  printf -v postgres '\n| %s | %s |' \
    'signalen op schijf met PostgreSQL, één melder tegelijk' "$(rate 'Signals/postgres/melders=1-')" \
    'dezelfde, 64 melders tegelijk, elk op een eigen plaats' "$(rate 'Signals/postgres/melders=64')" \
    'beslissingen van een zaaksysteem met PostgreSQL, duizend per levering' "$(rate Receive/postgres)"
fi
shipped=$(find regelingen -name regeling.yaml | wc -l)

# run NAME COMMAND…: a whole process, the best of RUNS: wall seconds in
# seconds_NAME, processor seconds in processor_NAME and the largest memory in MB
# in memory_NAME.
run() {
  local name=$1 best= memory= work_least= i wall most work_done
  shift
  printf 'make bench: %s… ' "${*:2}" >&2
  for ((i = 0; i < ${RUNS:-3}; i++)); do
    /usr/bin/time -f '%e %M %U %S' -o "$work/time" "$@" >/dev/null 2>"$work/stderr" || {
      cat "$work/stderr" >&2
      exit 1
    }
    read -r wall most work_done < <(tail -1 "$work/time" | awk '{ printf "%s %s %.2f\n", $1, $2, $3 + $4 }')
    if [ -z "$best" ] || awk "BEGIN { exit !($wall < $best) }"; then best=$wall; fi
    if [ -z "$memory" ] || [ "$most" -gt "$memory" ]; then memory=$most; fi
    if [ -z "$work_least" ] || awk "BEGIN { exit !($work_done < $work_least) }"; then work_least=$work_done; fi
  done
  printf '%s s\n' "$best" >&2
  printf -v "seconds_$name" '%s' "${best/./,}"
  printf -v "processor_$name" '%s' "${work_least/./,}"
  printf -v "memory_$name" '%s' "$((memory / 1024))"
}
go build -o "$work/lemniscaat" ./cmd/lemniscaat
sed 's/^vanaf: .*/vanaf: 2026-01-01/' regelingen/individuele-inkomenstoeslag/varianten/ruimere-grens.yaml >"$work/variant.yaml"
ask=("$work/lemniscaat" simulate --date 2026-06-01 --variant "$work/variant.yaml" --population)
run some "${ask[@]}" nl:100000
RUNS=1 run made "$work/lemniscaat" population generate nl:all --year 2026 --out "$work/nl.bevolking"
run all "${ask[@]}" nl:all --population-file "$work/nl.bevolking"
size=$(($(stat -c %s "$work/nl.bevolking") / 1000000))

cat <<TABLE
| wat | per seconde |
|---|---:|
| huishoudens doorgerekend: alle regelingen die te simuleren zijn, nu en met een variant, alle tabellen, alle kernen | $households |
| beslissingen op een dossier van twee mensen, één kern | $plain |
| dezelfde, met uitleg tot op het artikel | $explained |
| regels gelezen en op typen gecontroleerd (bestand van duizend) | $rules |
| bewerkingen van regels op kolommen (zestig per rij), één kern | $operations |
| dezelfde regels door de exacte rekenaar, één zaak tegelijk | $exactly |
| huishoudens waarvan alleen de zorgtoeslag wordt berekend, twee kernen | $country |
| signalen op schijf (fsync voor het antwoord), één melder tegelijk | $one |
| dezelfde, 64 melders tegelijk, elk op een eigen plaats | $many |
| beslissingen van een zaaksysteem, duizend per levering: nagekeken, geteld en op schijf | $intake |$postgres
| beslissingen met uitleg over de API, het hele programma als eigen proces, de vrager op dezelfde kernen (rekentijd per beslissing: server $served_cpu µs, vrager $asker_cpu µs) | $served |
| dezelfde, honderd per verzoek | $series |
| dezelfde, in het proces van de vrager en zonder de rest van het programma | $asked |
| dezelfde, besteedbaar inkomen van een gezin (bouwt op alle andere regelingen) | $heaviest |

| wat | milliseconden |
|---|---:|
| alle $shipped regelingen lezen en op typen controleren | $loading |
| één waarde over alle regelingen leggen | $laying |
| één huishouden door alle $shipped regelingen, exact en met uitleg | $together |
| één huishouden van een run uitleggen, alle regelingen | $person |
| een beslissing met uitleg over de API bij vijfhonderd per seconde: één op de honderd duurt langer dan | $steady |
| Wie raakt dit? van één regeling, bij tien miljoen beslissingen: de telling | $reach |
| één waarde verandert, 100.000 huishoudens, alleen de regeling zelf: van waarde tot uitkomst (rekentijd $alone_cpu) | $alone |
| hetzelfde met alle regelingen, inkomen, armoede en marginale druk (rekentijd $living_cpu) | $living |
| dezelfde vraag op de pagina Proberen, 20.000 huishoudens: tot en met grafieken en tabellen (rekentijd $trying_cpu) | $trying |

| heel proces, alle regelingen die te simuleren zijn, nu en met een variant, alle tabellen | seconden | rekentijd | geheugen |
|---|---:|---:|---:|
| \`simulate --population nl:100000\` | $seconds_some | $processor_some | $memory_some MB |
| \`simulate --population nl:all\`, 8,4 miljoen huishoudens, uit een bestand van $size MB | $seconds_all | $processor_all | $memory_all MB |
| dat bestand maken: \`population generate nl:all\` | $seconds_made | $processor_made | $memory_made MB |

Gemeten met \`make bench\` op $(nproc) kernen van $cpu, in $(((SECONDS - began) / 60)) minuten.
TABLE
