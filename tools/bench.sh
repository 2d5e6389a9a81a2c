#!/usr/bin/env bash
# Measures the figures of README.md and prints them as the table that stands
# there.
set -eu
cd "$(dirname "$0")/.."

[ -x /usr/bin/time ] || { echo "make bench meet geheugen met /usr/bin/time: installeer het pakket time" >&2; exit 1; }
out=$(go test -run '^$' -bench '^Benchmark(Households|Decisions|Signals|Try)$' -benchtime "${BENCHTIME:-3s}" ./internal/cli) || {
  echo "$out" >&2
  exit 1
}
reading=$(go test -run '^$' -bench '^BenchmarkParse$/^regels=1000$' -benchtime "${BENCHTIME:-3s}" ./internal/regelspraak) || {
  echo "$reading" >&2
  exit 1
}
out+=$'\n'$reading
for bench in '^BenchmarkKernel60$/^512$' '^BenchmarkExact60$' '^BenchmarkCountry$/^1024$/^workers=2$'; do
  columns=$(go test -run '^$' -bench "$bench" -benchtime "${BENCHTIME:-3s}" ./internal/column) || {
    echo "$columns" >&2
    exit 1
  }
  out+=$'\n'$columns
done
for bench in 'regulation Load' 'regulation With' 'entitlement All' 'simulate Live' 'simulate ExplainPerson'; do
  took=$(go test -run '^$' -bench "^Benchmark${bench#* }\$" -benchtime "${BENCHTIME:-3s}" "./internal/${bench% *}") || {
    echo "$took" >&2
    exit 1
  }
  out+=$'\n'$took
done
# millis NAME: the time of one benchmark in milliseconds, with one decimal.
millis() {
  awk -v name="$1" '
    $1 ~ "^Benchmark" name "(-[0-9]+)?$" { for (i = 2; i < NF; i++) if ($(i+1) == "ns/op") value = $i }
    END {
      if (value == "") { print "niet gemeten: " name > "/dev/stderr"; exit 1 }
      text = sprintf("%.1f", value / 1e6); sub(/\./, ",", text); print text
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
    index($1, "Benchmark" name) == 1 {
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
one=$(rate 'Signals/melders=1-')
many=$(rate 'Signals/melders=64')
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
shipped=$(find regelingen -name regeling.yaml | wc -l)

# run NAME COMMAND…: a whole process, the best of RUNS: wall seconds in
# seconds_NAME, processor seconds in processor_NAME and the largest memory in MB
# in memory_NAME.
run() {
  local name=$1 best= memory= work_least= i wall most work_done
  shift
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
  printf -v "seconds_$name" '%s' "${best/./,}"
  printf -v "processor_$name" '%s' "${work_least/./,}"
  printf -v "memory_$name" '%s' "$((memory / 1024))"
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
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
| huishoudens doorgerekend: alle $shipped regelingen, nu en met een variant, alle tabellen, alle kernen | $households |
| beslissingen op een dossier van twee mensen, één kern | $plain |
| dezelfde, met uitleg tot op het artikel | $explained |
| regels gelezen en op typen gecontroleerd (bestand van duizend) | $rules |
| bewerkingen van regels op kolommen (zestig per rij), één kern | $operations |
| dezelfde regels door de exacte rekenaar, één zaak tegelijk | $exactly |
| huishoudens waarvan alleen de zorgtoeslag wordt berekend, twee kernen | $country |
| signalen op schijf (fsync voor het antwoord), één melder tegelijk | $one |
| dezelfde, 64 melders tegelijk, elk op een eigen plaats | $many |

| wat | milliseconden |
|---|---:|
| alle $shipped regelingen lezen en op typen controleren | $loading |
| één waarde over alle regelingen leggen | $laying |
| één huishouden door alle $shipped regelingen, exact en met uitleg | $together |
| één huishouden van een run uitleggen, alle regelingen | $person |
| één waarde verandert, 100.000 huishoudens, alleen de regeling zelf: van waarde tot uitkomst (rekentijd $alone_cpu) | $alone |
| hetzelfde met alle regelingen, inkomen, armoede en marginale druk (rekentijd $living_cpu) | $living |
| dezelfde vraag op de pagina Proberen, 20.000 huishoudens: tot en met grafieken en tabellen (rekentijd $trying_cpu) | $trying |

| heel proces, alle regelingen die te simuleren zijn, nu en met een variant, alle tabellen | seconden | rekentijd | geheugen |
|---|---:|---:|---:|
| \`simulate --population nl:100000\` | $seconds_some | $processor_some | $memory_some MB |
| \`simulate --population nl:all\`, 8,4 miljoen huishoudens, uit een bestand van $size MB | $seconds_all | $processor_all | $memory_all MB |
| dat bestand maken: \`population generate nl:all\` | $seconds_made | $processor_made | $memory_made MB |

Gemeten met \`make bench\` op $(nproc) kernen van $cpu.
TABLE
