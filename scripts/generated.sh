#!/usr/bin/env bash
# Fails if generating everything again changes a file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

state() { git status --porcelain; git diff; }

before=$(state)
go generate ./...
if [ "$before" != "$(state)" ]; then
	echo "Generated files are out of date. This is what changed:" >&2
	diff <(echo "$before") <(state) >&2 || true
	exit 1
fi
