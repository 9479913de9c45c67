#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Lets each file system call of the witness fail in turn while it takes a head: it never loses the last one it cosigned.
#= O1-2-2 type=test
BUILD=$(realpath "${BUILD:-build}")
[ -x "$BUILD/tests/fault_witness" ] || { echo "this build has no fault ring (sanitizers)"; exit 77; }
exec "$BUILD/tests/fault_witness" "$BUILD/tests/fault_shim.so"
