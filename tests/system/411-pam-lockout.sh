#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Accounts really locked and not locked: pam_unix and pam_faillock in a copy of /etc, beside what the controls say. SEED=N repeats a run.
# Clause: S-3-4 type=test
BUILD=$(realpath "${BUILD:-build}")
look=$BUILD/src/control/look
here=$(dirname "$(realpath "$0")")
[ -x "$look" ] || { echo "no $look (a sanitizer build)"; exit 77; }
[ "$(id -u)" = 0 ] && unshare -m true 2>/dev/null || { echo "needs root and mount namespaces"; exit 77; }
command -v pamtester >/dev/null && compgen -G '/usr/lib/*/security/pam_faillock.so' >/dev/null || { echo "needs pamtester and pam_faillock"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$BUILD exec unshare -m --propagation private "$0"

tmp=$(mktemp -d) bad=0
trap 'umount -l /etc; rm -rf "$tmp"' EXIT
cp -a /etc "$tmp/etc" && mount --bind "$tmp/etc" /etc || exit 1
echo 'pamtest:x:64297:64297::/nonexistent:/bin/sh' >>/etc/passwd
printf 'pamtest:%s:19700:0:99999:7:::\n' "$(openssl passwd -1 -salt none Right-1)" >>/etc/shadow

# the recorded machines, their PAM files really asked: N wrong passwords, then the right one
for machine in fresh kept half; do
	recorded=$here/../hosts/$machine/root
	rm -rf /etc/pam.d /etc/security/faillock.conf && cp -r "$recorded/etc/pam.d" /etc/pam.d
	cp "$recorded/etc/security/faillock.conf" /etc/security/ 2>/dev/null
	sed -i "s,pam_unix.so,& nodelay,; s,pam_faillock.so,& nodelay dir=$tmp/tally,; /pam_faildelay/d; /pam_pwquality/d; s, use_authtok,," /etc/pam.d/*
	rm -rf "$tmp/tally"
	printf 'Right-1\n' | pamtester sshd pamtest authenticate >/dev/null 2>&1 || { echo "$machine: the right password does not enter"; bad=1; }
	for _ in 1 2 3 4 5 6; do printf 'wrong\n' | pamtester sshd pamtest authenticate >/dev/null 2>&1 && { echo "$machine: a wrong password enters"; bad=1; }; done
	printf 'Right-1\n' | pamtester sshd pamtest authenticate >/dev/null 2>&1 && locked=2 || locked=1
	said=$("$look" lockout "$recorded" | jq .verdict)
	[ "$said" = $locked ] || { echo "$machine: the control says $said, the machine $locked"; bad=1; }
	# a password of letters, digits and symbols can be set
	printf 'Wa3-kugi%%z\nWa3-kugi%%z\n' | pamtester passwd pamtest chauthtok >/dev/null 2>&1 || { echo "$machine: the password cannot be set"; bad=1; }
	[ "$("$look" password-complexity "$recorded" | jq .verdict)" = 1 ] || { echo "$machine: password-complexity does not hold"; bad=1; }
	rm -rf "$tmp/tally"
	printf 'Wa3-kugi%%z\n' | pamtester sshd pamtest authenticate >/dev/null 2>&1 || { echo "$machine: the new password does not enter"; bad=1; }
	printf 'Right-1\nRight-1\n' | pamtester passwd pamtest chauthtok >/dev/null 2>&1
done

rm -f /etc/security/faillock.conf # three failures, as built in
python3 "$here/pam_lock_oracle.py" "$look" "$tmp/root" "${SEED:-$RANDOM}" "${STACKS:-60}" || bad=1
exit $bad
