// SPDX-License-Identifier: Apache-2.0
/* api - what describes the API to programs: OpenAPI 3.1, made of the table of acts; docs/openapi.json is the same text. */
#ifndef WEB_API_H
#define WEB_API_H

#include "base/str.h"

MUST_USE enum rc openapi_write(struct buf *);

#endif
