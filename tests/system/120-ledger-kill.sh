#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# kill -9 of ledger and vault while 64 writers work: nothing acknowledged is lost, and the folder verifies.
#= S-3-5 type=test
BUILD=$(realpath "${BUILD:-build}")
[ -x "$BUILD/tests/pair_kill" ] || { echo "this build has no sandbox (sanitizers)"; exit 77; }
exec timeout 80 "$BUILD/tests/pair_kill" "$BUILD/bin" "$BUILD/bin/tsujiban-verify"
