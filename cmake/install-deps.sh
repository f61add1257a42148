#!/bin/sh
# Installs what the named groups (build, test, browser, slurm, bench, format, lint, clang) need and
# the machine lacks, with apt. Says nothing when nothing is missing. Never fails: where it cannot
# install it says what is missing, and the build goes on, since CMake fetches libraries by itself.
set -u

# group, Debian package, and what shows that it is there: a program, a header or a file.
# git and the certificates are for libraries that CMake has to fetch.
rows='
build  g++                c++
build  cmake              cmake
build  git                git
build  ca-certificates    /etc/ssl/certs/ca-certificates.crt
build  libcli11-dev       CLI/CLI.hpp
build  nlohmann-json3-dev nlohmann/json.hpp
build  libfmt-dev         fmt/format.h
build  libspdlog-dev      spdlog/spdlog.h
build  zlib1g-dev         zlib.h
build  libjs-vega         /usr/share/javascript/vega/vega-parser.min.js
build  libxxhash-dev      xxhash.h
test   catch2             catch2/catch.hpp
browser chromium          chromium
slurm  slurmctld          /usr/sbin/slurmctld
slurm  slurmd             /usr/sbin/slurmd
slurm  slurm-client       sbatch
slurm  munge              /usr/sbin/munged
bench  libbenchmark-dev   benchmark/benchmark.h
format clang-format       clang-format
lint   clang-tidy         clang-tidy
clang  clang              clang++
clang  libclang-rt-dev    /usr/share/doc/libclang-rt-dev
'

present() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *.h | *.hpp) [ -e "/usr/include/$1" ] || [ -e "/usr/local/include/$1" ] ;;
    *) command -v "$1" >/dev/null 2>&1 ;;
  esac
}

# A newer release may keep its headers elsewhere; installing its package again would not help.
installed() {
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

missing=
optional=  # nice to have: the rest is installed without it
while read -r group package sign; do
  case " $* " in
    *" $group "*) present "$sign" || installed "$package" || case $group in
      browser) optional="$optional $package" ;;
      *) missing="$missing $package" ;;
    esac ;;
  esac
done <<END
$(echo "$rows" | sed '/^$/d')
END
[ -n "$missing$optional" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "not a Debian system; please install what its packages call:$missing$optional" >&2
  exit 0
fi
sudo=
if [ "$(id -u)" -ne 0 ]; then
  sudo=sudo
  if ! command -v sudo >/dev/null 2>&1; then
    echo "neither root nor sudo; please install:$missing$optional" >&2
    exit 0
  fi
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null >>"$log" 2>&1
}

echo "installing:$missing$optional"
# The package lists may be absent or out of date: refresh them when the first try fails.
# shellcheck disable=SC2086
if [ -n "$missing" ] && ! apt install --no-install-recommends $missing; then
  apt update
  if ! apt install --no-install-recommends $missing; then
    tail -n 20 "$log" >&2
    echo "could not install:$missing" >&2
  fi
fi
# shellcheck disable=SC2086
if [ -n "$optional" ] && ! apt install --no-install-recommends $optional &&
  ! { apt update && apt install --no-install-recommends $optional; }; then
  echo "could not install:$optional; what needs it is left out" >&2
fi
exit 0
