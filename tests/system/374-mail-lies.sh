#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Notices and mail servers that lie, hang or say nothing of SMTP: the second half of 371-mail.sh.
PART=lies exec "$(dirname "$0")/371-mail.sh"
