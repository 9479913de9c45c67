#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Two PostgreSQL on two machines (namespaces): what node-redundancy says while the second keeps a copy, while it is none, after its receiver is cut off.
# Clause: S-7-2 type=test
BUILD=$(realpath "${BUILD:-build}")
[ -x "$BUILD/src/control/look" ] || { echo "no look in this build"; exit 77; }
[ "$(id -u)" = 0 ] && unshare -mnpf true 2>/dev/null || { echo "needs root and namespaces"; exit 77; }
bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | tail -n 1)
[ -x "$bin/initdb" ] && getent passwd postgres >/dev/null || { echo "PostgreSQL is not installed"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$BUILD exec unshare -mnpf --kill-child --mount-proc --propagation private "$0"
. "$(dirname "$0")/common.bash"
trap cleanup EXIT # the servers end with the namespace of processes
mkdir -p /run/netns && mount -t tmpfs tmpfs /run/netns && mount -t tmpfs -o mode=1777 tmpfs /mnt && ip link set lo up || exit 1
ip netns add other && ip link add here type veth peer name there netns other && ip addr add 192.0.2.41/24 dev here && ip link set here up &&
	ip -n other addr add 192.0.2.42/24 dev there && ip -n other link set there up && ip -n other link set lo up || exit 1

# The second runs as another account: what it says of itself is not seen from the first, as on two machines.
pg() { # OWNER COMMAND...
	(cd /mnt && exec setpriv --reuid "$1" --regid "$(id -g "$1")" --clear-groups env LC_ALL=C "${@:2}")
}
serve() { # FOLDER ADDRESS OWNER [IN...]: and waits until it answers
	local i
	mkdir -p "$1.run" && chown "$3" "$1.run"
	(cd /mnt && exec "${@:4}" setpriv --reuid "$3" --regid "$(id -g "$3")" --clear-groups "$bin/postgres" -D "$1" -c listen_addresses="$2" -c unix_socket_directories="$1.run" -c cluster_name=15/main -c fsync=off \
		-c wal_receiver_timeout=2s -c wal_sender_timeout=2s -c wal_retrieve_retry_interval=100ms >"$1.log" 2>&1) &
	for ((i = 0; i < 100; i++)); do
		pg "$3" "$bin/pg_isready" -qh "$1.run" && return
		sleep 0.1
	done
	tail -n 5 "$1.log" >&2
	fail "no server in $1"
}
pg postgres "$bin/initdb" -D /mnt/first -A trust >/mnt/initdb.log 2>&1 || { cat /mnt/initdb.log; exit 1; }
echo 'host all,replication all 192.0.2.0/24 trust' >>/mnt/first/pg_hba.conf
serve /mnt/first 192.0.2.41 postgres
want() { # WHAT VERDICT MESSAGE: within ten seconds
	local got i
	for ((i = 0; i < 50; i++)); do
		got=$("$BUILD/src/control/look" node-redundancy 1:node.name=first 1:node.kind=database 1:node.machine=A 1:node.address=192.0.2.41 1:node.port=5432 \
			2:node.name=second 2:node.kind=database 2:node.machine=B 2:node.address=192.0.2.42 2:node.port=5432 2>&1)
		[ "$(jq -c '[.verdict,.message]' <<<"$got" 2>/dev/null)" = "[$2,$3]" ] && return
		sleep 0.2
	done
	fail "$1: $got, want [$2,$3]"
}
want "the second is not there" 2 3232

# ---- a second that only answers
pg nobody "$bin/initdb" -U postgres -D /mnt/alone -A trust >/mnt/initdb.log 2>&1
serve /mnt/alone 192.0.2.42 nobody ip netns exec other
alone=$!
want "two servers, and no copy" 0 3238
pkill -INT -f 'postgres -D /mnt/alone' && wait "$alone"

# ---- a second that keeps a copy
ip netns exec other setpriv --reuid nobody --regid nogroup --clear-groups "$bin/pg_basebackup" -h 192.0.2.41 -U postgres -D /mnt/copy -R -c fast >/mnt/basebackup.log 2>&1 || { cat /mnt/basebackup.log; exit 1; }
serve /mnt/copy 192.0.2.42 nobody ip netns exec other
want "it streams" 1 3237
pkill -STOP -f 'walreceiver'
want "the receiver stands still, and the sender has let it go" 0 3238
pkill -CONT -f 'walreceiver'
want "it is back" 1 3237
pkill -INT -f 'postgres -D /mnt/copy'
want "the second machine is gone" 2 3232
exit $bad
