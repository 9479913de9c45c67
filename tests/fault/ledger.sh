#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Lets the file system calls of ledger and vault fail in turn: all of them under --long, else a part that moves with the printed seed.
#= S-3-5 type=test
BUILD=$(realpath "${BUILD:-build}")
[ -x "$BUILD/tests/fault" ] || { echo "this build has no fault ring (sanitizers)"; exit 77; }
if [ "${LONG:-0}" != 0 ]; then how=--long; else how='--seconds 60'; fi
# shellcheck disable=SC2086
exec "$BUILD/tests/fault" $how "$BUILD/tests/fault_shim.so" "$BUILD/bin/tsujiban-verify"
