#!/usr/bin/env bash
# Runs make targets one after the other, goes on after a failure, and ends with
# a summary. Each argument is a target, or target:needed,needed; a target whose
# needs failed is skipped. Fails if anything failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export MAKEFLAGS= # a part is a make of its own

failed=" " # names, each between spaces: also bash 3.2, macOS's, can read this
summary=()
status=0

note() { summary+=("$(printf '  %-8s %-12s %s' "$1" "$2" "$3")"); }

# missing NEEDS: prints those of a comma-separated list that did not succeed.
missing() {
	local need
	for need in ${1//,/ }; do
		[[ $failed == *" $need "* ]] && printf '%s ' "$need"
	done
	return 0
}

for part in "$@"; do
	target=${part%%:*}
	needs=$([ "$part" = "$target" ] || echo "${part#*:}")
	lost=$(missing "$needs")
	if [ -n "$lost" ]; then
		failed+="$target "
		note skipped "$target" "needs $lost"
		continue
	fi
	printf '\n=== %s\n' "$target"
	start=$SECONDS
	if "${MAKE:-make}" --no-print-directory "$target"; then
		note ok "$target" "$((SECONDS - start)) s"
	else
		failed+="$target " status=1
		note FAILED "$target" "$((SECONDS - start)) s"
	fi
done

printf '\n=== Summary\n'
printf '%s\n' "${summary[@]}"
if [ "$status" = 0 ]; then
	echo "Everything passed."
else
	echo "Something failed: look above for \"=== \" and the part's name."
fi
exit "$status"
