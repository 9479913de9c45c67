#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A process locked in does what its row says and nothing else: as root, and as an ordinary user.
set -u
BUILD=${BUILD:-build}
try=$(realpath "$BUILD")/tests/sandbox_try
bad=0
exec 2>/dev/null # the shell announces every process the kernel killed; findings go to standard output
tmp=$(mktemp -d) && chmod 755 "$tmp"
trap 'rm -rf "$tmp"' EXIT
cp "$try" "$tmp/try" && chmod 755 "$tmp/try" || exit 1
try=$tmp/try

# expect WANT NEEDS DEED: WANT is done, refused or killed
expect() {
	rm -f "$folder/made" "$folder/link"
	"${as[@]}" timeout 10 "$try" "$folder" "$2" "$3" >"$tmp/out" 2>&1
	case $? in 0) got=done ;; 10) got=refused ;; 159) got=killed ;; 134) got=aborted ;; 20) got="not locked in" ;; *) got="broken ($?): $(head -1 "$tmp/out")" ;; esac
	[ "$got" = "$1" ] || { echo "$who, needs $2, $3: $got, want $1"; bad=1; }
}

ring() {
	for needs in 0 1 2 4 16; do
		expect done $needs nothing
		expect done $needs thread
		expect aborted $needs abort
		for deed in socket socket_unix exec fork mmap_exec mprotect_exec ptrace kill_parent unshare chroot setuid handle link; do
			expect killed $needs $deed
		done
	done
	expect refused 0 read; expect refused 0 read_path; expect refused 0 write
	expect done 1 read; expect done 1 read_path; expect refused 1 read_outside; expect refused 1 read_above; expect refused 1 stat_outside; expect killed 1 write
	expect done 3 read; expect done 3 write; expect refused 3 read_outside; expect refused 3 read_above
	expect done 16 read_outside; expect refused 16 read_path; expect killed 16 write_tree; expect refused 16 read
	for needs in 16 48 144 176; do expect refused $needs write_tree2; done # 144, 176: without Landlock
	expect refused 176 write_tree
	rm -f /tmp/sandbox-try
	expect done 64 socket_unix; expect killed 64 socket
	expect done 48 tight_nothing; expect killed 48 tight_exec; expect killed 48 tight_fork; expect refused 48 tight_read_outside; expect killed 48 tight_socket_unix
	expect killed 48 tight_thread_exec; expect killed 16 tight_nothing # only a row that starts a program may lock itself in twice
	# 784: the whole tree, the host's network, connecting; 816: and a program. 1840: a program's reading and a way out do not go together
	expect done 784 nothing; expect done 784 socket; expect done 784 socket6; expect done 784 connect; expect done 784 read_outside
	expect killed 784 listen; expect killed 784 socket_unix; expect killed 784 socket_netlink; expect killed 784 exec; expect killed 784 fork
	expect done 784 net_connect; expect refused 784 net_read_outside; expect killed 784 net_exec; expect killed 816 net_exec; expect done 816 connect
	expect done 1072 nothing; expect killed 1072 socket
	for needs in 528 1840; do expect "not locked in" $needs nothing; done
	expect done 48 exec; expect refused 48 write_tree; expect killed 48 socket; expect killed 48 unshare
}

if [ "$(id -u)" = 0 ]; then
	who="root" as=() folder=$tmp/root/folder
	mkdir -p "$folder" && echo in >"$folder/inside" && echo out >"$tmp/root/outside" && chmod 755 "$tmp/root" && chown -R 64299:64299 "$folder"
	ring
	who="ordinary user" as=(setpriv --reuid 64298 --regid 64298 --clear-groups) folder=$tmp/user/folder
	mkdir -p "$folder" && echo in >"$folder/inside" && echo out >"$tmp/user/outside" && chown -R 64298:64298 "$tmp/user"
	ring
else
	who="ordinary user" as=() folder=$tmp/user/folder
	mkdir -p "$folder" && echo in >"$folder/inside" && echo out >"$tmp/user/outside"
	ring
fi
exit $bad
