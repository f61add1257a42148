#!/bin/sh
# Installs what the named groups (build, test, browser, slurm, bench, format, lint, clang) need and
# the machine lacks, with apt, and says so before. Says nothing when nothing is missing. With DEPS=no
# in the environment, or where it cannot install, it says what is missing and how to get it. Never
# fails: the build goes on, since CMake fetches libraries by itself.
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

# What a group is for, in the words of "missing packages ...".
purpose() {
  case $1 in
    build) echo "to build" ;;
    test) echo "for the tests" ;;
    browser) echo "for the tests of pages" ;;
    slurm) echo "for the test of job arrays" ;;
    bench) echo "for the benchmarks" ;;
    format) echo "to format the code" ;;
    *) echo "to check the code" ;;
  esac
}

# The packages of a group that are not there, each behind a blank.
lacking() {
  echo "$rows" | while read -r group package sign; do
    [ "$group" = "$1" ] || continue
    present "$sign" || installed "$package" || printf ' %s' "$package"
  done
}

missing=  # of all groups but these two, which are nice to have: the rest is installed without them
browser=
slurm=
for wanted in "$@"; do
  packages=$(lacking "$wanted")
  [ -n "$packages" ] || continue
  echo "missing packages, $(purpose "$wanted"):$packages"
  case $wanted in
    browser) browser=$packages ;;
    slurm) slurm=$packages ;;
    *) missing=$missing$packages ;;
  esac
done
[ -n "$missing$browser$slurm" ] || exit 0

# Why nothing is installed, and how to get what is missing.
leave() {
  echo "nothing is installed: $1"
  cat <<END
  on Debian, as root:  apt-get install --no-install-recommends$missing$browser$slurm
  on other systems:    their own packages of these programs and libraries
  without root:        conda create -n calculon -c conda-forge cxx-compiler cmake git
The build goes on. It needs a C++20 compiler and CMake 3.25, and fetches libraries that it does not
find, with Git. What else needs a missing package does not run.
END
  exit 0
}

[ "${DEPS:-}" != no ] || leave "DEPS=no"
command -v apt-get >/dev/null 2>&1 || leave "this is no Debian system, there is no apt-get"
sudo=
if [ "$(id -u)" -ne 0 ]; then
  sudo=sudo
  command -v sudo >/dev/null 2>&1 || leave "you are not root, and there is no sudo"
  if sudo -n true 2>/dev/null; then
    echo "installing them with sudo apt-get; DEPS=no builds without"
  elif (: </dev/tty) 2>/dev/null; then
    echo "installing them with sudo apt-get, for which sudo asks for your password;"
    echo "Ctrl-C stops here, and DEPS=no builds without installing anything"
    sudo -v || leave "sudo refused"
  else
    leave "sudo needs a password, and there is no terminal to ask for it"
  fi
else
  echo "installing them with apt-get; DEPS=no builds without"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" </dev/null >>"$log" 2>&1
}

# The package lists may be absent or out of date: refresh them when the first try fails.
# shellcheck disable=SC2086
if [ -n "$missing" ] && ! apt install --no-install-recommends $missing; then
  apt update
  if ! apt install --no-install-recommends $missing; then
    tail -n 20 "$log" >&2
    echo "could not install:$missing" >&2
  fi
fi
for optional in "$browser" "$slurm"; do
  # shellcheck disable=SC2086
  if [ -n "$optional" ] && ! apt install --no-install-recommends $optional &&
    ! { apt update && apt install --no-install-recommends $optional; }; then
    echo "could not install:$optional; what needs it is left out" >&2
  fi
done
exit 0
