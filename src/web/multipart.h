// SPDX-License-Identifier: Apache-2.0
/*
 * multipart - a form with a file in it (RFC 7578) as pairs of names and bytes.
 *
 * A file's name stands behind it as "NAME.name".
 * Whole or refused: RC_SYNTAX, RC_LIMIT. Values borrow from the body and are bytes: nothing about them is checked.
 */
#ifndef WEB_MULTIPART_H
#define WEB_MULTIPART_H

#include "web/decode.h"

MUST_USE enum rc decode_multipart(struct arena *, struct str content_type, struct str body, struct pairs *ret);

#endif
