#!/usr/bin/env bash
# Prints the path of a Chromium that runs here, installing one if need be.
# Everything else it has to say goes to standard error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# works NAME: prints the path of a browser that starts. Asking it for its
# version tells a browser from the stubs some distributions install.
works() {
	local path
	path=$(command -v "$1" 2>/dev/null) || return 1
	"$path" --version >/dev/null 2>&1 || return 1
	echo "$path"
}

# installed: prints the first browser that is there and starts.
installed() {
	local cache=${PLAYWRIGHT_BROWSERS_PATH:-${XDG_CACHE_HOME:-$HOME/.cache}/ms-playwright}
	local name
	for name in \
		chromium chromium-browser google-chrome google-chrome-stable \
		"$cache"/chromium-*/chrome-linux*/chrome \
		"$HOME"/Library/Caches/ms-playwright/chromium-*/chrome-mac*/*.app/Contents/MacOS/* \
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
		works "$name" && return 0
	done
	return 1
}

with_apt() {
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
	echo "No Chromium here: installing the distribution's." >&2
	apt-get update -q >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q chromium >&2
}

with_playwright() {
	[ -x node_modules/.bin/playwright-core ] || return 1
	echo "No Chromium here: installing Playwright's." >&2
	npx playwright-core install chromium >&2
}

if [ -n "${CHROMIUM:-}" ]; then
	works "$CHROMIUM" && exit
	echo "CHROMIUM is set to $CHROMIUM, which does not start." >&2
	exit 1
fi

installed && exit
with_apt && installed && exit
with_playwright && installed && exit

cat >&2 <<'END'
The browser tests need a Chromium, and none could be found or installed.
Install one (Debian: apt-get install chromium; macOS: Google Chrome), or say
where it is: CHROMIUM=/path/to/chromium make test
END
exit 1
