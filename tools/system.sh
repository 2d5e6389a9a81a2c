#!/usr/bin/env bash
# Sees to it that Chromium, Node (20 or later), npm, xmllint, strace and the programs of
# PostgreSQL are there. Installs with apt what is missing, and nothing when all is there.
# Tests start PostgreSQL themselves, in a folder of their own: no cluster is made.
set -u

missing=()
command -v chromium >/dev/null || missing+=(chromium)
command -v node >/dev/null || missing+=(nodejs)
command -v npm >/dev/null || missing+=(npm)
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || command -v postgres >/dev/null || missing+=(postgresql)

if ((${#missing[@]})); then
  if ! command -v apt-get >/dev/null; then
    echo "Nodig voor de tests, en niet gevonden: ${missing[*]}. Installeer die en probeer het opnieuw." >&2
    exit 1
  fi
  sudo=()
  if [[ $(id -u) != 0 ]]; then
    if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
      sudo=(sudo -n)
    else
      echo "Nodig voor de tests: ${missing[*]}." >&2
      echo "Voer als beheerder uit: apt-get update && apt-get install ${missing[*]}" >&2
      exit 1
    fi
  fi
  export DEBIAN_FRONTEND=noninteractive
  # Debian would make and start a cluster; nobody here uses it.
  if [[ " ${missing[*]} " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    "${sudo[@]}" mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' | "${sudo[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  install() { "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" </dev/null; }
  install || { "${sudo[@]}" apt-get update -qq </dev/null && install; } || {
    echo "apt kon niet installeren: ${missing[*]}" >&2
    exit 1
  }
fi

major=$(node --version | sed -E 's/^v([0-9]+).*/\1/')
if ((major < 20)); then
  echo "Node $(node --version) is te oud voor de browsertests; nodig is 20 of later (Debian 13 heeft die)." >&2
  exit 1
fi
echo "$(chromium --version 2>/dev/null), Node $(node --version), npm $(npm --version 2>/dev/null), $(go version)"
