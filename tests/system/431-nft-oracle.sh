#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Rulesets of nft, random ones by a printed seed (SEED=…) and some by hand, each loaded in a network namespace of its own; nmap connects
# from the other side of a veth pair, in both families, as a stranger and as somebody the rules name. What nft_reach says surely gets in or
# surely stays out must be what nmap sees; default-drop and no-any-any must agree with it.
# Clause: S-3-1 type=test
# Clause: S-3-3 type=test
BUILD=$(realpath "${BUILD:-build}")
for program in nft nmap ip python3; do command -v "$program" >/dev/null || { echo "$program is not installed"; exit 77; }; done
[ "$(id -u)" = 0 ] && unshare -mn true 2>/dev/null || { echo "needs root and network namespaces"; exit 77; }
[ -x "$BUILD/src/control/ask_nft" ] || { echo "no ask_nft in this build"; exit 77; }
exec unshare -mn --propagation private timeout 85 python3 "$(dirname "$0")/nft_oracle.py" "$BUILD"
