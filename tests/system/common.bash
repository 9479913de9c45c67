# SPDX-License-Identifier: Apache-2.0
# What the tests of whole stations share; sourced. Sets tmp, and stops by its number whatever is left at the end.
# station_as WHO: root, or user (an ordinary one, also when the tests run as root). Prefix of commands in ${as[@]}.
BUILD=$(realpath "${BUILD:-build}")
source_top=$(realpath "$(dirname "${BASH_SOURCE[0]}")/../..")
tmp=$(mktemp -d) && chmod 755 "$tmp" || exit 1
bad=0 warden=

cleanup() {
	[ -n "$warden" ] && kill "$warden" 2>/dev/null && station_wait_end 12 || { [ -n "$warden" ] && kill -9 "$warden" 2>/dev/null; }
	rm -rf "$tmp"
}
trap cleanup EXIT

fail() {
	echo "$who: $*"
	bad=1
}

whose=("root" "ordinary user")
[ "$(id -u)" = 0 ] || whose=("ordinary user")

# Chooses who starts the station, and makes its folder $root.
station_for() {
	who=$1 root=$tmp/station-${1// /-} as=()
	mkdir -p "$root"
	if [ "$who" != root ] && [ "$(id -u)" = 0 ]; then
		as=(setpriv --reuid 64298 --regid 64298 --clear-groups)
		chown 64298:64298 "$root"
	fi
}

# A folder of programs in which every process is the stand-in; names given are the real ones.
standins() {
	bin=$tmp/bin
	mkdir -p "$bin" && chmod 755 "$bin"
	for p in vault ledger auth probe core web reader courier; do cp "$BUILD/tests/standin" "$bin/tsujiban-$p"; done
	cp "$BUILD/bin/tsujiban-warden" "$bin/"
	for p in "$@"; do cp "$BUILD/bin/tsujiban-$p" "$bin/"; done
}

# station_start [OPTION...]: waits until all are serving; its words go to $log.
station_start() {
	log=$root.log
	: >"$log" && chmod 666 "$log" && rm -f "$root.ready" && mkfifo "$root.ready"
	exec 8<>"$root.ready"
	"${as[@]}" "$bin/tsujiban-warden" --root "$root" --ready-fd 9 "$@" 9>&8 8<&- >>"$log" 2>&1 &
	warden=$!
	for ((i = 0; i < 150; i++)); do
		read -r -n 1 -t 0.2 -u 8 _ && { exec 8<&-; return 0; }
		grep -q 'station ready' "$log" && { exec 8<&-; return 0; } # a byte that came as the timer rang is lost to read
		kill -0 "$warden" 2>/dev/null || break
	done
	exec 8<&-
	fail "not ready in 30 s"
	tail -20 "$log"
	station_stop
	return 1
}

# station_wait_end SECONDS: true when warden ended by itself.
station_wait_end() {
	for ((i = 0; i < $1 * 10; i++)); do
		kill -0 "$warden" 2>/dev/null || return 0
		sleep 0.1
	done
	return 1
}

station_stop() {
	kill -TERM "$warden" 2>/dev/null
	station_wait_end 40 || { fail "did not stop"; kill -9 "$warden"; }
	wait "$warden" 2>/dev/null
	stopped=$?
	warden=
}

# pid_of NAME: the child of our warden that runs this program.
pid_of() { pgrep -P "$warden" -f "tsujiban-$1\$" | head -1; }

# wait_log PATTERN [COUNT] [SECONDS]: until the log has so many lines of it.
wait_log() {
	for ((i = 0; i < ${3:-10} * 20; i++)); do
		[ "$(grep -c -- "$1" "$log")" -ge "${2:-1}" ] && return 0
		sleep 0.05
	done
	fail "not in the log within ${3:-10} s: $1 (${2:-1} times)"
	return 1
}

# each_station BODY: BODY for everybody of $whose at once, each in a folder $tmp and with a $bad of his own.
each_station() {
	local shells=() shell
	for who in "${whose[@]}"; do
		(
			trap cleanup EXIT
			tmp=$tmp/${who// /-} bad=0
			mkdir -p "$tmp" && chmod 755 "$tmp" && "$1"
			exit $bad
		) &
		shells+=($!)
	done
	for shell in "${shells[@]}"; do wait "$shell" || bad=1; done
}
