#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# warden with stand-ins in the real sandbox: starts in order, stops in reverse, refuses a second station,
# restarts what was killed and tells core, hands over fresh lanes, kills what speaks nonsense.
. "$(dirname "$0")/common.bash"
standins

for who in "${whose[@]}"; do
	station_for "$who"
	mkdir -p "$root/catalogue"
	mkdir -p "$tmp/not-ours"
	exec 7<"$tmp/not-ours" # what warden's own parent left open
	station_start --no-listen || continue
	exec 7<&-

	# no terminal to type into, whatever its calls
	for p in vault ledger auth probe core web; do
		[ "$(ps -o sid= -p "$(pid_of $p)" | tr -d ' ')" = "$(pid_of $p)" ] || fail "$p has the terminal of whoever started warden"
	done

	# a descriptor warden was born with stays out of the walls
	if [ "$(id -u)" = 0 ]; then
		for p in vault ledger auth probe core web; do
			find "/proc/$(pid_of $p)/fd" -lname "$tmp/not-ours" | grep -q . && fail "$p holds a descriptor warden was born with"
		done
	fi

	# a second one on the same folder
	said=$("${as[@]}" timeout 10 "$bin/tsujiban-warden" --root "$root" --no-listen 2>&1)
	[ $? = 1 ] && [[ $said == *"already running"*"$warden"* ]] || fail "a second station was not refused in words: $said"

	# calls work: core asks the ledger, web asks core
	for say in "core LEDGER_HEAD" "auth VAULT_WRAP" "web CORE_ACT" "ledger VAULT_SIGN_HEAD" "core PROBE_LOOK"; do
		set -- $say
		echo "$2" >"$root/$1/say" && wait_log "standin-$1: $2 OK"
		rm "$root/$1/say"
	done

	# each one killed: back, re-paired, recorded by core
	for p in vault ledger auth probe core web; do
		: >"$log"
		kill -9 "$(pid_of $p)"
		wait_log "tsujiban-warden: $p ready" && wait_log "standin-core: event $p killed 9" && wait_log "standin-core: event $p started"
	done
	: >"$log"
	for say in "core LEDGER_HEAD" "auth VAULT_WRAP" "web CORE_ACT" "ledger VAULT_SIGN_HEAD" "core PROBE_LOOK" "auth LEDGER_APPEND"; do
		set -- $say
		echo "$2" >"$root/$1/say" && wait_log "standin-$1: $2 OK"
		rm "$root/$1/say"
	done

	# stopped from outside: nobody waits for it longer than for a killed one
	: >"$log"
	kill -STOP "$(pid_of vault)"
	wait_log "was stopped from outside: killed" && wait_log "standin-core: event vault killed 9" && wait_log "tsujiban-warden: vault ready"

	# nonsense: killed, recorded, back
	for p in web auth ledger; do
		: >"$log"
		touch "$root/$p/nonsense"
		wait_log "tsujiban-warden: $p spoke nonsense: killed" && wait_log "standin-core: event $p nonsense" && wait_log "tsujiban-warden: $p ready"
	done

	# who keeps reporting a neighbour is at fault itself: four times the neighbour falls, then the reporter, and the neighbour stands
	station_stop
	station_start --no-listen || continue
	echo ledger >"$root/core/accuse"
	wait_log "tsujiban-warden: core reported others 5 times in 60 s: killed" 1 20
	rm "$root/core/accuse"
	wait_log "standin-core: event core nonsense 2" && wait_log "standin-core: event ledger nonsense 2" 4 && wait_log "tsujiban-warden: core ready" 2
	[ "$(grep -c 'ledger spoke nonsense: killed (heard by core)' "$log")" = 4 ] || fail "the neighbour was killed $(grep -c 'ledger spoke nonsense' "$log") times"
	: >"$log"
	echo LEDGER_HEAD >"$root/core/say" && wait_log "standin-core: LEDGER_HEAD OK"
	rm "$root/core/say"

	station_stop
	[ "$stopped" = 0 ] || fail "stopped with status $stopped"
	order=$(grep -o 'tsujiban-warden: [a-z]* ended (status 0)' "$log" | tail -7 | cut -d' ' -f2 | tr '\n' ' ')
	[ "$order" = "web core courier probe auth ledger vault " ] || fail "stopped in the order: $order"
	[ -z "$(pgrep -f "$bin/tsujiban-")" ] || fail "processes are left"

	# warden killed: the others go by themselves
	station_start --no-listen || continue
	kill -9 "$warden"; wait "$warden" 2>/dev/null; warden=
	for ((i = 0; i < 60; i++)); do [ -z "$(pgrep -f "$bin/tsujiban-")" ] && break; sleep 0.1; done
	[ -z "$(pgrep -f "$bin/tsujiban-")" ] || fail "processes outlive warden"
done

# a program that cannot be started: given up in words
who=root; station_for "${whose[0]}"
printf '#!/bin/sh\nexit 3\n' >"$bin/tsujiban-auth"; chmod 755 "$bin/tsujiban-auth"
said=$("${as[@]}" timeout 20 "$bin/tsujiban-warden" --root "$root" --no-listen 2>&1)
[ $? = 1 ] && [[ $said == *"auth cannot be started: giving up"* ]] || fail "not given up: $said"
exit $bad
