// SPDX-License-Identifier: Apache-2.0
/* XML without entities, DTDs and anything outside the part itself. The only door to expat. */
#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "document/sheet_int.h"

#define DEPTH_MAX 64

struct reading { XML_Parser parser; const struct xml_events *events; void *context; const char *part; int depth; enum rc rc; };

static const char *
local(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

const char *
xml_attribute(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(local(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

static void
stop(struct reading *r, enum rc rc)
{
	if (rc == RC_OK || r->rc != RC_OK)
		return;
	r->rc = rc;
	(void)XML_StopParser(r->parser, XML_FALSE); /* it only fails when it has stopped already */
}

static void XMLCALL
begin(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct reading *r = context;

	if (++r->depth > DEPTH_MAX)
		stop(r, FAIL(RC_LIMIT, "%s: ブックの中身が深すぎます / nested too deep", r->part));
	else if (r->rc == RC_OK && r->events->begin)
		stop(r, r->events->begin(r->context, local(name), attributes));
}

static void XMLCALL
end(void *context, const XML_Char *name)
{
	struct reading *r = context;

	r->depth--;
	if (r->rc == RC_OK && r->events->end)
		stop(r, r->events->end(r->context, local(name)));
}

static void XMLCALL
text(void *context, const XML_Char *s, int n)
{
	struct reading *r = context;

	if (r->rc == RC_OK && r->events->text)
		stop(r, r->events->text(r->context, (struct str){ s, (size_t)n }));
}

/* No workbook has one; it is where entities are declared. */
static void XMLCALL
doctype(void *context, const XML_Char *name, const XML_Char *system_id, const XML_Char *public_id, int internal)
{
	struct reading *r = context;

	stop(r, FAIL(RC_SYNTAX, "%s: 文書型宣言（DTD）のあるブックは受け付けません / a workbook with a document type (DTD) is not taken", r->part));
}

static enum rc
feed(void *context, struct str piece, bool last)
{
	struct reading *r = context;

	if (XML_Parse(r->parser, piece.n ? piece.p : "", (int)piece.n, last) == XML_STATUS_OK)
		return RC_OK;
	if (r->rc == RC_OK)
		r->rc = FAIL(RC_SYNTAX, "%s: ブックの中身が壊れています（%lu行） / the workbook is damaged (line %lu)", r->part, (unsigned long)XML_GetCurrentLineNumber(r->parser),
		    (unsigned long)XML_GetCurrentLineNumber(r->parser));
	return r->rc;
}

enum rc
xml_read(struct zip_in *zip, const char *part, size_t *left, const struct xml_events *events, void *context)
{
	struct reading r = { XML_ParserCreate(NULL), events, context, part, 0, RC_OK };
	enum rc rc;

	if (!r.parser)
		abort();
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, begin, end);
	XML_SetCharacterDataHandler(r.parser, text);
	XML_SetStartDoctypeDeclHandler(r.parser, doctype);
	rc = zip_in_read(zip, part, left, feed, &r);
	XML_ParserFree(r.parser);
	return rc;
}
