#!/usr/bin/env bash
# Prints the flag for Go's race detector if it can work here. It needs a C
# compiler, which is installed where that can be done without asking.
set -euo pipefail

compiler() { command -v "${CC:-gcc}" >/dev/null || command -v clang >/dev/null; }

if ! compiler && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
	echo "The race detector needs a C compiler: installing gcc." >&2
	{ apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q gcc libc6-dev; } >&2 || true
fi

if compiler; then
	echo "-race"
	exit
fi
cat >&2 <<'END'

*** No C compiler: the Go tests run WITHOUT the race detector. ***
*** Install gcc or clang to have them run as they should.      ***

END
