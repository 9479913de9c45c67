// SPDX-License-Identifier: Apache-2.0
/* The description of the API, OpenAPI 3.1, made of acts.def and of the table of arguments. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "act/act.h"
#include "message/message.h"
#include "web/api.h"
#include "web/arguments.h"

static json_t *
schema(const struct argument_info *a)
{
	json_t *s = json_pack("{s:s}", "type", a->type);

	if (a->format)
		(void)json_object_set_new(s, "format", json_string(a->format));
	if (strcmp(a->type, "string") == 0 && a->format == NULL)
		(void)json_object_set_new(s, "maxLength", json_integer((json_int_t)a->bytes_max));
	return s;
}

static json_t *
responses(void)
{
	static const char *const codes[] = { "400", "401", "403", "404", "409", "429", "503" };
	json_t *r = json_pack("{s:{s:s, s:{s:{s:{s:s}}}}}", "200", "description", "OK", "content", "application/json", "schema", "type", "object");

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		(void)json_object_set_new(r, codes[i], json_pack("{s:s}", "$ref", "#/components/responses/error"));
	return r;
}

static json_t *
operation(enum act act, bool get)
{
	const struct act_row *row = act_row(act);
	json_t *o = json_object(), *parameters = json_array(), *properties = json_object(), *roles = json_array(), *guards = json_array();
	struct argument_info a;
	char id[96];

	for (size_t i = 0; arguments_info(act, i, &a); i++)
		if (get && strcmp(a.type, "object") != 0)
			(void)json_array_append_new(parameters, json_pack("{s:s, s:s, s:b, s:o}", "name", a.name, "in", a.segment ? "path" : "query", "required", a.segment, "schema", schema(&a)));
		else if (!get)
			(void)json_object_set_new(properties, a.name, a.format ? json_pack("{s:s}", "type", "integer") : schema(&a)); /* JSON carries instants */
	for (enum role r = ROLE_NONE + 1; r < ROLE_COUNT; r++)
		if (row->roles & ROLE_BIT(r))
			(void)json_array_append_new(roles, json_string(role_name(r)));
	for (enum guard g = 0; g < GUARD_COUNT; g++)
		if (row->guards & GUARD_BIT(g))
			(void)json_array_append_new(guards, json_string(guard_name(g)));
	(void)snprintf(id, sizeof(id), "%s%s", get ? "get-" : "", row->id); /* ids are short */
	(void)json_object_set_new(o, "operationId", json_string(id));
	(void)json_object_set_new(o, "summary", json_string(word_act(act, LANG_JA)));
	(void)json_object_set_new(o, "description", json_string(word_act(act, LANG_EN)));
	(void)json_object_set_new(o, "x-roles", roles);
	(void)json_object_set_new(o, "x-guards", guards);
	if (get)
		(void)json_object_set(o, "parameters", parameters);
	else
		(void)json_object_set_new(o, "requestBody", json_pack("{s:b, s:{s:{s:{s:s, s:O}}}}", "required", 1, "content", "application/json", "schema", "type", "object", "properties", properties));
	(void)json_object_set_new(o, "responses", responses());
	json_decref(parameters);
	json_decref(properties);
	return o;
}

enum rc
openapi_write(struct buf *ret)
{
	json_t *paths = json_object(), *whole;
	char *text, path[256];
	enum rc rc;

	for (enum act act = ACT_NONE + 1; act < ACT_COUNT; act++) {
		const struct act_row *row = act_row(act);

		if (row->method == METHOD_GET) {
			(void)snprintf(path, sizeof(path), "%s", row->path[1] ? row->path : "/board"); /* paths are short */
			(void)json_object_set_new(paths, path, json_pack("{s:o}", "get", operation(act, true)));
		}
		(void)snprintf(path, sizeof(path), "/act/%s", row->id);
		(void)json_object_set_new(paths, path, json_pack("{s:o}", "post", operation(act, false)));
	}
	whole = json_pack("{s:s, s:{s:s, s:s, s:s}, s:[{s:s}], s:[{s:[]}], s:o, s:{s:{s:{s:s, s:s, s:s}}, s:{s:{s:s, s:{s:{s:{s:s}}}}}, s:{s:{s:s, s:{s:{s:s, s:{s:{s:s}, s:{s:s}}}}}}}}",
	    "openapi", "3.1.0",
	    "info", "title", "辻番 / Tsujiban", "version", "1", "description", "src/act/acts.def から作ったもの。引数と答えは docs/format-acts.md。 / Made of src/act/acts.def; docs/format-acts.md has arguments and answers.",
	    "servers", "url", "/api/v1",
	    "security", "token",
	    "paths", paths,
	    "components",
	    "securitySchemes", "token", "type", "http", "scheme", "bearer", "description", "マイページで作る。x-guards に step-up のある操作は、トークンでは行えない。 / Made on one's own page; acts whose x-guards name step-up are not done with a token.",
	    "responses", "error", "description", "error", "content", "application/json", "schema", "$ref", "#/components/schemas/error",
	    "schemas", "error", "type", "object", "properties", "error", "type", "object", "properties", "class", "type", "string", "sentence", "type", "string");
	text = whole ? json_dumps(whole, JSON_INDENT(1)) : NULL;
	rc = text ? buf_add_c(ret, text) : FAIL(RC_BUG, "the description of the API is no JSON");
	if (rc == RC_OK)
		rc = buf_add_c(ret, "\n");
	free(text);
	json_decref(whole);
	return rc;
}
