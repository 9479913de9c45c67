// SPDX-License-Identifier: Apache-2.0
#include "form/oscal_list.h"

#include <jansson.h>
#include <string.h>

#include "form/csv.h"

#define TEXT_MAX 8192 /* bytes of a control's text */

struct list { struct buf *out; size_t n; json_t *params, *ids; };

static const char *
member(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

bool
oscal_looks_like(struct str s)
{
	if (str_starts(s, STR("\xef\xbb\xbf")))
		s = str_sub(s, 3, s.n);
	return str_starts(str_trim(s), STR("{"));
}

/* What a parameter is called, or its first value, or its id. */
static const char *
param_text(const struct list *l, const char *id)
{
	const json_t *p = json_object_get(l->params, id);
	const char *value = json_string_value(json_array_get(json_object_get(p, "values"), 0));

	return *member(p, "label") ? member(p, "label") : value ? value : id;
}

/* "{{ insert: param, ac-1_prm_1 }}" becomes "[label]". */
static enum rc
put_prose(const struct list *l, const char *prose, struct buf *out)
{
	enum rc rc = RC_OK;

	for (const char *s = prose; *s;) {
		const char *open = strstr(s, "{{"), *close = open ? strstr(open, "}}") : NULL, *comma = open ? strchr(open, ',') : NULL;
		char id[128];
		struct str name;

		if (close == NULL || comma == NULL || comma > close || (size_t)(close - comma) >= sizeof(id)) {
			TRY(buf_add_c(out, s));
			break;
		}
		name = str_trim((struct str){ comma + 1, (size_t)(close - comma - 1) });
		memcpy(id, name.n ? name.p : "", name.n);
		id[name.n] = '\0';
		TRY(buf_add(out, (struct str){ s, (size_t)(open - s) }));
		TRY(buf_addf(out, "[%s]", param_text(l, id)));
		s = close + 2;
	}
out:
	return rc;
}

static const char *
label_of(const json_t *o)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(o, "props"), i, one)
		if (strcmp(member(one, "name"), "label") == 0)
			return member(one, "value");
	return "";
}

/* A statement and the items in it, a line each. */
static enum rc
put_part(const struct list *l, const json_t *part, int depth, struct buf *out)
{
	const json_t *one;
	size_t i;
	enum rc rc = RC_OK;

	if (depth > OSCAL_DEPTH_MAX)
		return FAIL(RC_LIMIT, "OSCAL の入れ子が深すぎます / this OSCAL is nested too deeply");
	if (*member(part, "prose")) {
		if (out->n)
			TRY(buf_add_c(out, "\n"));
		if (*label_of(part))
			TRY(buf_addf(out, "%s ", label_of(part)));
		TRY(put_prose(l, member(part, "prose"), out));
	}
	json_array_foreach(json_object_get(part, "parts"), i, one)
		TRY(put_part(l, one, depth + 1, out));
out:
	return rc;
}

static bool
is_statement(const json_t *part)
{
	return strcmp(member(part, "name"), "statement") == 0;
}

static enum rc
put_control(struct list *l, const json_t *control, const char *section, int depth)
{
	const json_t *parts = json_object_get(control, "parts"), *one;
	struct buf text = BUF(TEXT_MAX);
	bool stated = false;
	size_t i;
	enum rc rc = RC_OK;

	if (depth > OSCAL_DEPTH_MAX || l->n == OSCAL_CONTROLS_MAX)
		TRY(FAIL(RC_LIMIT, "OSCAL の入れ子が深すぎるか、管理策が%d個を超えています / this OSCAL is nested too deeply, or has more than %d controls", OSCAL_CONTROLS_MAX, OSCAL_CONTROLS_MAX));
	if (*member(control, "id") == '\0')
		TRY(FAIL(RC_SYNTAX, "OSCAL の%zu番目の管理策に id がありません / control number %zu of this OSCAL has no id", l->n + 1, l->n + 1));
	if (json_object_get(l->ids, member(control, "id")))
		TRY(FAIL(RC_SYNTAX, "OSCAL の%zu番目の管理策の id は、前の管理策にもあります / the id of control number %zu of this OSCAL is that of an earlier one", l->n + 1, l->n + 1));
	json_object_set_new(l->ids, member(control, "id"), json_true());
	l->n++;
	json_array_foreach(parts, i, one)
		stated |= is_statement(one);
	json_array_foreach(parts, i, one)
		if (is_statement(one) || !stated)
			TRY(put_part(l, one, 0, &text));
	TRY(csv_put(l->out, str_of(*label_of(control) ? label_of(control) : member(control, "id")), true));
	TRY(csv_put(l->out, str_of(section), false));
	TRY(csv_put(l->out, str_of(member(control, "title")), false));
	TRY(csv_put(l->out, text.n ? buf_str(&text) : str_of(member(control, "title")), false));
	TRY(buf_add_c(l->out, "\n"));
	json_array_foreach(json_object_get(control, "controls"), i, one)
		TRY(put_control(l, one, section, depth + 1));
out:
	buf_free(&text);
	return rc;
}

static enum rc
put_group(struct list *l, const json_t *group, int depth)
{
	const json_t *one;
	size_t i;
	enum rc rc = RC_OK;

	if (depth > OSCAL_DEPTH_MAX)
		return FAIL(RC_LIMIT, "OSCAL の入れ子が深すぎます / this OSCAL is nested too deeply");
	json_array_foreach(json_object_get(group, "controls"), i, one)
		TRY(put_control(l, one, member(group, "title"), 0));
	json_array_foreach(json_object_get(group, "groups"), i, one)
		TRY(put_group(l, one, depth + 1));
out:
	return rc;
}

/* Parameters stand beside controls at every depth; known before the first text is written. */
static enum rc
take_params(const json_t *o, int depth, json_t *params)
{
	static const char *const inner[] = { "groups", "controls" };
	const json_t *one;
	size_t i;
	enum rc rc = RC_OK;

	if (depth > 2 * OSCAL_DEPTH_MAX)
		return FAIL(RC_LIMIT, "OSCAL の入れ子が深すぎます / this OSCAL is nested too deeply");
	json_array_foreach(json_object_get(o, "params"), i, one)
		if (*member(one, "id"))
			json_object_set(params, member(one, "id"), (json_t *)(uintptr_t)one); /* shared, only read */
	for (size_t k = 0; k < sizeof(inner) / sizeof(inner[0]); k++)
		json_array_foreach(json_object_get(o, inner[k]), i, one)
			TRY(take_params(one, depth + 1, params));
out:
	return rc;
}

enum rc
oscal_list(struct str json, struct buf *out)
{
	struct list l = { .out = out, .params = json_object(), .ids = json_object() };
	json_error_t error;
	json_t *root;
	const json_t *catalog;
	enum rc rc = RC_OK;

	if (str_starts(json, STR("\xef\xbb\xbf")))
		json = str_sub(json, 3, json.n);
	root = json_loadb(json.p ? json.p : "", json.n, JSON_REJECT_DUPLICATES, &error);
	catalog = json_object_get(root, "catalog");
	if (root == NULL)
		TRY(FAIL(RC_SYNTAX, "%d行目: JSON として読めません / line %d: this is no JSON", error.line, error.line));
	if (json_object_get(root, "profile"))
		TRY(FAIL(RC_SYNTAX, "OSCAL のプロファイルです。カタログに解決してから取り込んでください / this is a profile of OSCAL: resolve it into a catalog first"));
	if (!json_is_object(catalog))
		TRY(FAIL(RC_SYNTAX, "OSCAL のカタログではありません / this is no catalog of OSCAL"));
	TRY(take_params(catalog, 0, l.params));
	TRY(buf_add_c(out, "number,section,title,text\n"));
	TRY(put_group(&l, catalog, 0));
	if (l.n == 0)
		rc = FAIL(RC_SYNTAX, "このカタログには管理策が1つもありません / this catalog has no control at all");
out:
	json_decref(l.params);
	json_decref(l.ids);
	json_decref(root);
	return rc;
}
