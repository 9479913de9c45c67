#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Hundreds of random PAM stacks, answered by the machine's own libpam and by our reading of them. SEED=N repeats a run.
# Clause: S-3-4 type=test
BUILD=$(realpath "${BUILD:-build}")
walk=$BUILD/src/control/pam_walk
here=$(dirname "$(realpath "$0")")
[ -x "$walk" ] || { echo "no $walk (a sanitizer build)"; exit 77; }
unshare -Um --map-root-user true 2>/dev/null || { echo "needs mount namespaces"; exit 77; }
[ -d /usr/lib/pam.d ] && compgen -G '/usr/lib/*/security/pam_debug.so' >/dev/null || { echo "needs the PAM of Debian"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$BUILD exec unshare -Um --map-root-user "$0"

tmp=$(mktemp -d) && mkdir -p "$tmp/etc/pam.d" "$tmp/usr/lib/pam.d" || exit 1
trap 'umount /etc/pam.d /usr/lib/pam.d; rm -rf "$tmp"' EXIT
mount --bind "$tmp/etc/pam.d" /etc/pam.d && mount --bind "$tmp/usr/lib/pam.d" /usr/lib/pam.d || exit 1
python3 "$here/pam_oracle.py" "$walk" "$tmp" "${SEED:-$RANDOM}" "${STACKS:-600}"
