#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# comparison - the same machines looked at by tsujiban, lynis, oscap (shared.xml) and by what each thing itself says: sshd -T, pamtester, nmap, apt, getent.
# usage: BUILD=build tests/comparison/run.sh [FOLDER]   prints the table of docs/comparison.md; with --write puts it there
# Needs root, the packages of packages.txt [bench], and Debian's mirror the first time: FOLDER (default build/comparison) keeps a real installation.
# Every machine is an overlay of it, in mount, network and process namespaces of its own; nothing outside them changes.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
BUILD=$(realpath "${BUILD:-build}")
write=
[ "${1:-}" != --write ] || { write=1; shift; }
keep=$(realpath -m "${1:-$BUILD/comparison}")
base=$keep/base
mirror=${MIRROR:-http://deb.debian.org}
read -ra machines <<<"${MACHINES:-fresh upgraded week half hardened broken}"
items=(root-ssh ssh-ciphers lockout passwords one-root firewall patches)

# ---- outside: a Debian as installed, with the fixes that wait for it known
if [ -z "${INSIDE:-}" ]; then
	[ "$(id -u)" = 0 ] || { echo "needs root"; exit 77; }
	for tool in debootstrap lynis oscap nmap jq; do command -v $tool >/dev/null || { echo "needs $tool"; exit 77; }; done
	mkdir -p "$keep"
	if [ ! -e "$base/var/lib/apt/lists/partial" ] || [ ! -e "$keep/ready" ]; then
		rm -rf "$base"
		debootstrap --include=openssh-server,sudo,nftables,systemd-sysv,logrotate,cron,rsyslog,libpam-pwquality,procps,iproute2,pamtester bookworm "$base" "$mirror/debian" >"$keep/log" 2>&1 || { tail -5 "$keep/log"; exit 1; }
		printf 'deb %s/debian bookworm main\ndeb %s/debian bookworm-updates main\ndeb %s/debian-security bookworm-security main\n' "$mirror" "$mirror" "$mirror" >"$base/etc/apt/sources.list"
		chroot "$base" apt-get update >>"$keep/log" 2>&1
		touch "$keep/ready"
	fi
	if [ ! -e "$keep/upgraded/ready" ]; then # needs the mirror too
		mkdir -p "$keep/upgraded/upper" "$keep/upgraded/work" "$keep/upgraded/root"
		# shellcheck disable=SC2016 # for the shell inside
		unshare -m --propagation private bash -ec 'mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
			mount -t proc proc "$2/root/proc"
			printf "#!/bin/sh\nexit 101\n" >"$2/root/usr/sbin/policy-rc.d"; chmod 755 "$2/root/usr/sbin/policy-rc.d"
			DEBIAN_FRONTEND=noninteractive chroot "$2/root" apt-get -y upgrade >>"$2/log" 2>&1; rm "$2/root/usr/sbin/policy-rc.d"' - "$base" "$keep/upgraded"
		touch "$keep/upgraded/ready"
	fi
	INSIDE=1 BUILD=$BUILD exec unshare -mnpf --kill-child --propagation private "$0" ${write:+--write} "$keep"
fi

# ---- inside: a network of this machine and one outsider
tmp=$(mktemp -d)
mount -t tmpfs tmpfs "$tmp"
mount -t proc proc /proc
outside=
finish() { [ -z "$outside" ] || kill "$outside" 2>/dev/null || true; rm -rf --one-file-system "${tmp:?}"/* 2>/dev/null || true; umount -l "$tmp"; rmdir "$tmp"; }
trap finish EXIT
unshare -n sleep infinity & # killed at the end; on a busy machine all this takes a quarter of an hour
outside=$!
sleep 0.3
ip link set lo up
ip link add inner type veth peer name outer netns "/proc/$outside/ns/net"
ip address add 192.0.2.1/24 dev inner
ip link set inner up
nsenter -n -t $outside sh -c 'ip link set lo up; ip address add 192.0.2.9/24 dev outer; ip link set outer up'

at() { chroot "$root" "$@"; }
password() { at sh -c "printf '%s\n' '$1:$2' | chpasswd -e"; }
# What sshd offers the outsider. No list of algorithms is no answer: it is asked again, and is never taken for "no weak one".
offered() {
	local said
	for _ in 1 2 3; do
		said=$(nsenter -n -t "$outside" nmap -Pn -n -p 22 --script ssh2-enum-algos 192.0.2.1 2>/dev/null) || true
		case $said in *encryption_algorithms*cbc*) echo 'no, nmap'; return ;; *encryption_algorithms*) echo 'yes, nmap'; return ;; esac
	done
	echo '?, nmap had no answer'
}
hash=$(openssl passwd -6 -salt none Right-1)

# ---- the machines
prepare() {
	useradd --root "$root" -m -s /bin/bash taro
	password taro "$hash"
	: >"$root/etc/resolv.conf" # there is no network but the outsider
}
week() { # seven nights
	printf '/var/log/wtmp {\n daily\n rotate 7\n create 0664 root utmp\n}\n' >"$root/etc/logrotate.d/wtmp"
	for _ in 1 2 3 4 5 6 7; do echo "line" >>"$root/var/log/auth.log"; at logrotate -f /etc/logrotate.conf >/dev/null 2>&1 || true; done
}
half() { # right to the eye
	printf 'Match Address 192.0.2.0/24\n\tPermitRootLogin yes\n' >"$root/etc/ssh/sshd_config.d/10-site.conf"
	sed -i 's/^#\?PermitRootLogin.*/permitrootlogin no/' "$root/etc/ssh/sshd_config"
	password root "$hash"
	# the counter stands where a right password never comes
	sed -i '/^auth.*pam_unix.so/s/\[.*\]/sufficient/; /^auth.*pam_deny/i auth [default=die] pam_faillock.so authfail' "$root/etc/pam.d/common-auth"
	sed -i '/pam_pwquality/s/requisite/optional/; s/ use_authtok / /' "$root/etc/pam.d/common-password"
	printf 'flush ruleset\ntable inet f {\n chain input {\n  type filter hook input priority filter; policy drop;\n  iif lo accept\n  tcp dport 22 accept\n }\n}\n' >"$root/etc/nftables.conf" # and nobody loads it
}
hardened() {
	printf 'PermitRootLogin no\nCiphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com\n' >"$root/etc/ssh/sshd_config.d/10-site.conf"
	sed -i '/^auth.*pam_unix.so/{s/success=1/success=2/; s/^/auth requisite pam_faillock.so preauth\n/; s/$/\nauth [default=die] pam_faillock.so authfail/}' "$root/etc/pam.d/common-auth"
	sed -i '/^auth.*pam_permit/i auth required pam_faillock.so authsucc' "$root/etc/pam.d/common-auth"
	echo 'account required pam_faillock.so' >>"$root/etc/pam.d/common-account"
	printf 'deny = 5\nunlock_time = 900\n' >"$root/etc/security/faillock.conf"
	printf 'minlen = 12\nminclass = 3\n' >"$root/etc/security/pwquality.conf"
	printf 'flush ruleset\ntable inet f {\n chain input {\n  type filter hook input priority filter; policy drop;\n  iif lo accept\n  ct state established,related accept\n  ip saddr 192.0.2.0/24 tcp dport 22 accept\n  icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n }\n}\n' >"$root/etc/nftables.conf"
	nft -f "$root/etc/nftables.conf"
}
broken() {
	printf 'PermitRootLogin yes\nCiphers +aes128-cbc\n' >"$root/etc/ssh/sshd_config.d/10-site.conf"
	password root "$hash"
	printf 'toor:x:0:0::/root:/bin/bash\n' >>"$root/etc/passwd"
	printf 'toor:%s:19700:0:99999:7:::\n' "$hash" >>"$root/etc/shadow"
	sed -i '1i auth requisite pam_faillock.so preauth' "$root/etc/pam.d/common-auth" # read, never written
	sed -i 's/pam_pwquality.so/pam_pwquality_gone.so/' "$root/etc/pam.d/common-password"
	printf 'table ip f {\n chain input {\n  type filter hook input priority 0; policy accept;\n  tcp dport 9 drop\n }\n}\n' | nft -f -
}

# ---- who says what: "yes" as it should be, "no", "-" has no such question, "?" cannot tell
word() { case $1 in 1) echo yes ;; 2) echo no ;; *) echo '?' ;; esac; }
ours() {
	local control=$1
	"$BUILD/src/control/look" "$control" "$root" 2>/dev/null | jq -r '"\(.verdict) \(.message)"' | { read -r v m; echo "$(word "$v") T-$m"; }
}
of_ours() {
	case $1 in
	root-ssh) ours separate-privileged-account ;; ssh-ciphers) ours admin-encryption ;; lockout) ours lockout ;; passwords) ours password-complexity ;;
	one-root) ours no-shared-accounts ;; firewall) ours firewall ;;
	patches) "$BUILD/src/control/look" os-patches "$root" 2>/dev/null | jq -r '[.facts[] | select(.key == "kind" and .value == "security")] | length | if . == 0 then "yes" else "no, \(.) wait" end' ;;
	esac
}
reported() { grep -qE "$1" "$tmp/lynis.dat" && echo no || echo yes; }
of_lynis() {
	case $1 in
	root-ssh) reported '^suggestion\[\]=SSH-7408\|[^|]*\|PermitRootLogin' ;; ssh-ciphers | lockout) echo - ;; passwords) reported '^suggestion\[\]=AUTH-9262' ;;
	one-root) reported '^warning\[\]=AUTH-920[48]' ;; firewall) reported '^(warning|suggestion)\[\]=FIRE-45(12|40|90)' ;; patches) reported '^(warning|suggestion)\[\]=PKGS-7392' ;;
	esac
}
of_oscap() {
	local n=1 i
	for i in "${items[@]}"; do [ "$i" = "$1" ] && break; n=$((n + 1)); done
	case $(sed -n "s/^Definition oval:tsujiban:def:$n: //p" "$tmp/oscap" | tail -n 1) in true) echo yes ;; false) echo no ;; *) echo '?' ;; esac
}
ask_pam() { printf '%b' "$3" | at timeout 20 pamtester "$1" taro "$2" >/dev/null 2>&1; }
of_oracle() {
	case $1 in
	root-ssh) # may root come in by a password, for an address of the outsider
		if at /usr/sbin/sshd -T -C user=root,host=x,addr=192.0.2.9 | grep -cx 'permitrootlogin yes' >/dev/null; then echo 'no, sshd -T'; else echo 'yes, sshd -T'; fi ;;
	ssh-ciphers) offered ;;
	lockout) # six wrong passwords, then the right one
		ask_pam sshd authenticate 'Right-1\n' || { echo '?, pamtester'; return; }
		for _ in 1 2 3 4 5 6; do ask_pam sshd authenticate 'wrong\n' || true; done
		if ask_pam sshd authenticate 'Right-1\n'; then echo 'no, pamtester'; else echo 'yes, pamtester'; fi ;;
	passwords) # can one of letters, digits and symbols be set
		rm -rf "$root/var/run/faillock" "$root/run/faillock"
		if ask_pam passwd chauthtok 'Wa3-kugi%zo\nWa3-kugi%zo\n'; then echo 'yes, pamtester'; else echo 'no, pamtester'; fi ;;
	one-root) if [ "$(at getent passwd | awk -F: '$3 == 0' | wc -l)" -gt 1 ]; then echo 'no, getent'; else echo 'yes, getent'; fi ;;
	firewall) # a port nobody opened, from outside
		if nsenter -n -t "$outside" nmap -Pn -n -p 3306 192.0.2.1 2>/dev/null | grep -c '^3306/tcp open' >/dev/null; then echo 'no, nmap'; else echo 'yes, nmap'; fi ;;
	patches) n=$(at apt-get -s upgrade 2>/dev/null | grep -c '^Inst.*Debian-Security' || true); if [ "$n" = 0 ]; then echo 'yes, apt'; else echo "no, apt: $n packages"; fi ;;
	esac
}

look_at() {
	local machine=$1 lower=$base sshd listener item
	root=$tmp/$machine/root
	mkdir -p "$tmp/$machine/upper" "$tmp/$machine/work" "$root"
	[ "$machine" != upgraded ] || lower=$keep/upgraded/upper:$base
	mount -t overlay overlay -o "lowerdir=$lower,upperdir=$tmp/$machine/upper,workdir=$tmp/$machine/work" "$root"
	mount -t proc proc "$root/proc"
	mount --bind /dev "$root/dev"
	nft flush ruleset
	prepare
	case $machine in fresh | upgraded) ;; *) "$machine" ;; esac
	mkdir -p "$root/run/sshd" "$root/usr/share/lynis" "$root/etc/lynis"
	chroot "$root" /usr/sbin/sshd -D 2>/dev/null & # by no function: its pid is what is killed, and the next machine gets its port
	sshd=$!
	/usr/bin/python3 -m http.server 3306 >/dev/null 2>&1 &
	listener=$!
	sleep 0.7
	# oscap reads the files of another root by itself, and dpkg's list only at its own place
	sed "s/@PACKAGE@/libssl3/; s/@VERSION@/0:$waiting/" "$here/shared.xml" >"$tmp/shared.xml"
	OSCAP_PROBE_ROOT=$root oscap oval eval "$tmp/shared.xml" >"$tmp/oscap" 2>/dev/null || true
	# shellcheck disable=SC2016 # for the shell inside
	unshare -m --propagation private bash -c 'mount --bind "$1/var/lib/dpkg" /var/lib/dpkg && oscap oval eval --id oval:tsujiban:def:7 "$2"' - "$root" "$tmp/shared.xml" >>"$tmp/oscap" 2>/dev/null || true
	# lynis is shown to the machine, not installed on it
	touch "$root/usr/sbin/lynis"
	mount --bind /usr/share/lynis "$root/usr/share/lynis"
	mount --bind /etc/lynis "$root/etc/lynis"
	mount --bind /usr/sbin/lynis "$root/usr/sbin/lynis"
	at timeout 120 lynis audit system --quick --quiet --no-log --report-file /run/lynis.dat --tests "SSH-7402 SSH-7404 SSH-7406 SSH-7408 AUTH-9204 AUTH-9208 AUTH-9262 FIRE-4502 FIRE-4508 FIRE-4512 FIRE-4536 FIRE-4538 FIRE-4540 FIRE-4590 PKGS-7392" >/dev/null 2>&1 </dev/null || true
	cp "$root/run/lynis.dat" "$tmp/lynis.dat" 2>/dev/null || : >"$tmp/lynis.dat"
	umount "$root/usr/sbin/lynis" "$root/etc/lynis" "$root/usr/share/lynis"
	for item in "${items[@]}"; do
		printf '%s|%s|%s|%s|%s|%s\n' "$item" "$machine" "$(of_ours "$item")" "$(of_lynis "$item")" "$(of_oscap "$item")" "$(of_oracle "$item")"
	done
	kill "$sshd" "$listener" 2>/dev/null || true
	wait "$sshd" "$listener" 2>/dev/null || true
	umount -l "$root/dev" "$root/proc" "$root"
}
waiting=$(chroot "$base" apt-cache policy libssl3 2>/dev/null | awk '/Candidate:/ { print $2 }')
for machine in "${machines[@]}"; do look_at "$machine" >"$keep/rows.$machine"; done
[ -z "${MACHINES:-}" ] || exit 0 # some of them: their rows are kept for the next whole table
for machine in "${machines[@]}"; do cat "$keep/rows.$machine"; done >"$tmp/rows"
/usr/bin/python3 "$here/table.py" "$tmp/rows" ${write:+"$here/../../docs/comparison.md"}
