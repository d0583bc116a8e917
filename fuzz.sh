#!/bin/sh
# fuzz.sh TIME [FOUND] runs every fuzz target of the repository for that long, two at a
# time. It finds them by their names, compiles each package once, while others are
# fuzzed, and stops at the first that fails; what made it fail is then in the package's testdata/fuzz,
# to be kept with the mend. Inputs that are merely new are shortened only a little:
# a stream of packets would take all the time that there is. What is new is left in
# the folder FOUND, from which go run ./corpus/keep FOUND picks what to check in.
set -e
time=${1:?give each target its time, such as 5s}
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
targets() {
	grep -rl --include='*_test.go' --exclude-dir=node_modules '^func Fuzz' . | xargs -n1 dirname | sort -u | while read -r package; do
		binary="$made/$(echo "$package" | tr ./ __).test"
		guided=-fuzz=.
		if go list -deps "$package" | grep -q '^modernc.org/sqlite/lib$'; then
			guided= # its C, compiled once more to count its branches, would take minutes
		fi
		go test -c $guided -o "$binary" "$package" >&2 || exit 1
		grep -ho '^func Fuzz[A-Za-z0-9_]*' "$package"/*_test.go | sort -u | while read -r _ target; do
			echo "$package $binary $target"
		done
	done && touch "$made/all"
}
targets | TIME=$time CACHE="${2:-$made/cache}" xargs -P 2 -L 1 sh -c '
	cd "$0" && said=$("$1" -test.run "^\$" -test.fuzz "^$2\$" -test.fuzztime "$TIME" -test.fuzzminimizetime 10x -test.parallel 1 -test.fuzzcachedir "$CACHE/$0" 2>&1) ||
		case "$said" in # the end of the time in the middle of an input is no failure
		*"Failing input"*|*panic*) echo "$0 $2 fails:"; echo "$said"; exit 255 ;;
		*"context deadline exceeded"*) ;;
		*) echo "$0 $2 fails:"; echo "$said"; exit 255 ;;
		esac
	echo "$0 $2: $(echo "$said" | grep -o "execs: [0-9]*" | tail -1)"
'
[ -e "$made/all" ] || { echo "a package with fuzz targets does not compile, see above"; exit 1; }
