// SPDX-License-Identifier: Apache-2.0
/* Answers of the station as lines: one function a kind of answer; docs/format-acts.md names the members. */
#include "tool/cli.h"

#include <stdio.h>

#include "auth/ask_auth.h"
#include "catalogue/status.h"

static int64_t
number_at(const json_t *o, const char *key)
{
	return (int64_t)json_integer_value(json_object_get(o, key)); /* 0 when it is none */
}

static enum status
status_of(const char *name)
{
	for (enum status s = STATUS_UNKNOWN; name && s < STATUS_COUNT; s++)
		if (str_eq_c(str_of(name), status_name(s)))
			return s;
	return STATUS_UNKNOWN;
}

static enum verdict
verdict_of(const char *name)
{
	static const char *const names[] = { "UNKNOWN", "PASS", "FAIL", "NOT_APPLICABLE" };

	for (enum verdict v = VERDICT_UNKNOWN; name && v <= VERDICT_NOT_APPLICABLE; v++)
		if (str_eq_c(str_of(name), names[v]))
			return v;
	return VERDICT_UNKNOWN;
}

static struct str
status_at(struct cli *c, const json_t *o)
{
	return str_of(word_status(status_of(json_string_value(json_object_get(o, "status"))), c->lang));
}

static struct str
verdict_at(struct cli *c, const json_t *o)
{
	return str_of(word_verdict(verdict_of(json_string_value(json_object_get(o, "verdict"))), c->lang));
}

/* A word of a closed vocabulary; one that this table does not know is shown as it came. */
static struct str
known_word(struct cli *c, struct str word)
{
	static const struct { const char *word; enum msg msg; } words[] = { { "up", MSG_UI_STATE_UP }, { "down", MSG_UI_STATE_DOWN }, { "user-id", MSG_UI_WALL_USER_ID },
		{ "user-namespace", MSG_UI_WALL_USER_NAMESPACE }, { "mounts", MSG_UI_WALL_MOUNTS }, { "network", MSG_UI_WALL_NETWORK }, { "ipc", MSG_UI_WALL_IPC },
		{ "folder", MSG_UI_WALL_FOLDER }, { "capabilities", MSG_UI_WALL_CAPABILITIES }, { "landlock", MSG_UI_WALL_LANDLOCK },
		{ "system-calls", MSG_UI_WALL_SYSTEM_CALLS } };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq_c(word, words[i].word))
			return str_of(cli_word(c, words[i].msg));
	return cli_text(c, word);
}

/* An entry's verdict: of a finding, or how an act ended. */
static struct str
result_at(struct cli *c, const json_t *o)
{
	static const char *const outcomes[] = { "", "DONE", "REFUSED", "FAILED", "INTERRUPTED" };
	const char *name = json_string_value(json_object_get(o, "verdict"));

	for (enum outcome e = OUTCOME_DONE; name && e <= OUTCOME_INTERRUPTED; e++)
		if (str_eq_c(str_of(name), outcomes[e]))
			return str_of(word_outcome(e, c->lang));
	for (enum status s = STATUS_PASS; name && s < STATUS_COUNT; s++)
		if (str_eq_c(str_of(name), status_name(s)))
			return str_of(word_status(s, c->lang));
	return name ? known_word(c, str_of(name)) : STR("-");
}

static struct str
turn_at(struct cli *c, const json_t *o)
{
	return cli_side(c, o, "turn");
}

/* The time of a judgement, marked when it is too old to count. */
static struct str
as_of_at(struct cli *c, const json_t *o, const char *key)
{
	struct str at = cli_instant_of(c, o, key);

	if (number_at(o, key) == 0)
		return str_of(cli_word(c, MSG_CLI_NEVER));
	return json_is_true(json_object_get(o, "stale")) ? arena_f(&c->arena, STR_FMT " (%s)", STR_ARG(at), cli_word(c, MSG_CLI_STALE)) : at;
}

static bool
holds(enum status s)
{
	return s != STATUS_UNKNOWN && s != STATUS_FAIL && s != STATUS_EXPIRED;
}

static enum code
code_of_rows(const json_t *rows)
{
	size_t i;
	json_t *row;

	if (json_array_size(rows) == 0)
		return CODE_NOT_CONFORMING; /* nothing judged is nothing known */
	json_array_foreach(rows, i, row)
		if (!holds(status_of(json_string_value(json_object_get(row, "status")))))
			return CODE_NOT_CONFORMING;
	return CODE_CONFORMING;
}

enum code
code_of(enum act act, const json_t *o)
{
	const json_t *wrong = json_object_get(json_object_get(o, "counts"), "wrong");

	switch (act) {
	case ACT_BOARD_SHOW:
	case ACT_ASSESS:
		return code_of_rows(json_object_get(o, "rows"));
	case ACT_CLAUSE_SHOW:
		return holds(status_of(json_string_value(json_object_get(o, "status")))) ? CODE_CONFORMING : CODE_NOT_CONFORMING;
	case ACT_CONTROL_RUN: {
		enum verdict v = verdict_of(json_string_value(json_object_get(o, "verdict")));

		return v == VERDICT_PASS || v == VERDICT_NOT_APPLICABLE ? CODE_CONFORMING : CODE_NOT_CONFORMING;
	}
	case ACT_REGISTER_PREVIEW: /* counts that are missing are no proof either */
		return json_is_integer(wrong) && json_integer_value(wrong) == 0 ? CODE_CONFORMING : CODE_NOT_CONFORMING;
	default:
		return CODE_CONFORMING;
	}
}

/* "要件 60 件: 適合 3、不適合 4、…": the rows themselves are counted, so that the line cannot differ from the list. */
static void
print_counts(struct cli *c, const json_t *rows)
{
	int64_t counts[STATUS_COUNT] = { 0 };
	struct buf b = BUF(1024);
	const char *sep = ": ";
	size_t i;
	json_t *row;

	json_array_foreach(rows, i, row)
		counts[status_of(json_string_value(json_object_get(row, "status")))]++;
	if (message_text(MSG_CLI_COUNTS, c->lang, MSG_ARGS(MSG_N("total", (int64_t)json_array_size(rows))), &b) != RC_OK)
		rc_trail_clear();
	for (enum status s = STATUS_UNKNOWN; s < STATUS_COUNT; s++)
		if (counts[s]) {
			if (buf_addf(&b, "%s%s %lld", sep, word_status(s, c->lang), (long long)counts[s]) != RC_OK)
				break;
			sep = c->lang == LANG_EN ? ", " : "、";
		}
	printf(STR_FMT "\n", STR_ARG(buf_str(&b)));
	buf_free(&b);
}

static void
print_rows(struct cli *c, const json_t *rows)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_CLI_COL_STATUS)), str_of(cli_word(c, MSG_CLI_COL_AS_OF)),
	    str_of(cli_word(c, MSG_CLI_COL_TURN)), str_of(cli_word(c, MSG_CLI_COL_TITLE)));
	json_array_foreach(rows, i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), status_at(c, row), as_of_at(c, row, "as_of"), turn_at(c, row), cli_member(c, row, "title"));
	grid_print(&g);
}

static void
print_controls(struct cli *c, const json_t *rows, bool written_only)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_CLI_COL_STATUS)), str_of(cli_word(c, MSG_CLI_COL_AS_OF)),
	    str_of(cli_word(c, MSG_CLI_COL_NAME)), str_of(cli_word(c, MSG_CLI_COL_MESSAGE)));
	json_array_foreach(rows, i, row)
		if (!written_only || json_is_true(json_object_get(row, "written")))
			GRID_ROW(&g, cli_member(c, row, "id"), verdict_at(c, row), as_of_at(c, row, "at"), cli_member(c, row, "name"), cli_member(c, row, "message"));
	grid_print(&g);
}

enum code
show_board(struct cli *c, const json_t *o)
{
	print_rows(c, json_object_get(o, "rows"));
	print_counts(c, json_object_get(o, "rows"));
	return code_of(ACT_BOARD_SHOW, o);
}

enum code
show_assess(struct cli *c, const json_t *o)
{
	struct buf b = BUF(128);

	print_controls(c, json_object_get(o, "controls"), true);
	putchar('\n');
	print_rows(c, json_object_get(o, "rows"));
	print_counts(c, json_object_get(o, "rows"));
	if (message_text(MSG_CLI_TOOK, c->lang, MSG_ARGS(MSG_N("ms", number_at(o, "took_ms"))), &b) == RC_OK)
		puts(buf_cstr(&b));
	buf_free(&b);
	return code_of(ACT_ASSESS, o);
}

/* The logic of a clause as an indented tree, each control with its state. */
static void
print_node(struct cli *c, const json_t *node, int depth)
{
	static const char *const ops[] = { [NODE_AND] = "and", [NODE_OR] = "or", [NODE_UNLESS] = "unless" };
	const json_t *control = json_object_get(node, "control"), *children = json_object_get(node, "children");
	struct str op = cli_member(c, node, "op");
	size_t i;
	json_t *child;

	if (control) {
		printf("%*s%s  " STR_FMT "  " STR_FMT "\n", depth * 2, "", word_verdict(verdict_of(json_string_value(json_object_get(control, "verdict"))), c->lang),
		    STR_ARG(cli_member(c, control, "id")), STR_ARG(cli_member(c, control, "name")));
		return;
	}
	for (enum node_kind k = NODE_AND; k <= NODE_UNLESS; k++)
		if (str_eq_c(op, ops[k]))
			printf("%*s%s (%s)\n", depth * 2, "", word_node_kind(k, c->lang), word_verdict(verdict_of(json_string_value(json_object_get(node, "verdict"))), c->lang));
	if (depth < 16)
		json_array_foreach(children, i, child)
			print_node(c, child, depth + 1);
}

static void
print_remedy(struct cli *c, const json_t *list)
{
	size_t i;
	json_t *row;

	if (json_array_size(list))
		printf("\n%s\n", cli_word(c, MSG_CLI_COL_REMEDY));
	json_array_foreach(list, i, row)
		printf("  " STR_FMT ": " STR_FMT " (" STR_FMT ")\n", STR_ARG(cli_member(c, row, "name")), STR_ARG(cli_member(c, row, "text")), STR_ARG(turn_at(c, row)));
}

enum code
show_clause(struct cli *c, const json_t *o)
{
	printf(STR_FMT "  " STR_FMT "\n" STR_FMT "\n\n", STR_ARG(cli_member(c, o, "id")), STR_ARG(cli_member(c, o, "title")), STR_ARG(cli_member(c, o, "text")));
	cli_print(c, cli_word(c, MSG_CLI_COL_STATUS), status_at(c, o));
	cli_print(c, cli_word(c, MSG_CLI_COL_AS_OF), as_of_at(c, o, "as_of"));
	cli_print(c, cli_word(c, MSG_CLI_COL_TURN), turn_at(c, o));
	cli_print(c, cli_word(c, MSG_CLI_COL_MISSING), cli_member(c, o, "missing"));
	cli_print(c, cli_word(c, MSG_CLI_COL_CITE), cli_member(c, o, "cite"));
	printf("\n%s\n", cli_word(c, MSG_CLI_COL_LOGIC));
	print_node(c, json_object_get(o, "logic"), 1);
	if (json_array_size(json_object_get(o, "also"))) {
		printf("\n%s\n", cli_word(c, MSG_CLI_COL_ALSO));
		print_controls(c, json_object_get(o, "also"), false);
	}
	print_remedy(c, json_object_get(o, "remedy"));
	return code_of(ACT_CLAUSE_SHOW, o);
}

enum code
show_controls(struct cli *c, const json_t *o)
{
	print_controls(c, json_object_get(o, "rows"), false);
	return CODE_CONFORMING;
}

static void
print_facts(struct cli *c, const json_t *facts)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *fact;

	json_array_foreach(facts, i, fact) {
		const json_t *value = json_object_get(fact, "value");
		bool instant = str_eq_c(cli_member(c, fact, "kind"), "time");

		GRID_ROW(&g, STR(" "), cli_member(c, fact, "key"), instant ? cli_instant_of(c, fact, "value") : json_is_boolean(value) ?
		    (json_is_true(value) ? STR("true") : STR("false")) : cli_member(c, fact, "value"));
	}
	if (g.rows)
		printf("\n%s\n", cli_word(c, MSG_CLI_COL_FACTS));
	grid_print(&g);
}

/* Its numbers with the range a contract may set, and the clauses that rest on it. */
static void
print_explained(struct cli *c, const json_t *o)
{
	json_t *one;
	size_t i;

	if (json_is_string(json_object_get(o, "judges")))
		cli_print(c, cli_word(c, MSG_CLI_COL_JUDGES), cli_member(c, o, "judges"));
	json_array_foreach(json_object_get(o, "params"), i, one)
		cli_print(c, i ? "" : cli_word(c, MSG_CLI_COL_PARAMS), arena_f(&c->arena, STR_FMT " %lld " STR_FMT "  (%lld-%lld)", STR_ARG(cli_member(c, one, "name")), (long long)number_at(one, "value"),
		    STR_ARG(cli_member(c, one, "unit")), (long long)number_at(one, "min"), (long long)number_at(one, "max")));
	json_array_foreach(json_object_get(o, "clauses"), i, one)
		cli_print(c, i ? "" : cli_word(c, MSG_CLI_COL_OF_CLAUSES), arena_f(&c->arena, STR_FMT "  " STR_FMT, STR_ARG(cli_member(c, one, "id")), STR_ARG(cli_member(c, one, "title"))));
}

enum code
show_control(struct cli *c, const json_t *o)
{
	printf(STR_FMT "  " STR_FMT "\n\n", STR_ARG(cli_member(c, o, "id")), STR_ARG(cli_member(c, o, "name")));
	cli_print(c, cli_word(c, MSG_CLI_COL_STATUS), verdict_at(c, o));
	cli_print(c, cli_word(c, MSG_CLI_COL_MESSAGE), cli_member(c, o, "message"));
	cli_print(c, cli_word(c, MSG_CLI_COL_AS_OF), as_of_at(c, o, "at"));
	cli_print(c, cli_word(c, MSG_CLI_COL_VALID_UNTIL), cli_instant_of(c, o, "valid_until"));
	cli_print(c, cli_word(c, MSG_CLI_COL_READS), cli_member(c, o, "reads"));
	if (c->verb->act != ACT_CONTROL_RUN)
		print_explained(c, o);
	cli_print(c, cli_word(c, MSG_CLI_COL_REMEDY), cli_member(c, o, "remedy"));
	cli_print(c, cli_word(c, MSG_CLI_COL_TURN), turn_at(c, o));
	print_facts(c, json_object_get(o, "facts"));
	return c->verb->act == ACT_CONTROL_RUN ? code_of(ACT_CONTROL_RUN, o) : CODE_CONFORMING;
}

static void
print_head(struct cli *c, const json_t *head)
{
	cli_print(c, cli_word(c, MSG_CLI_COL_ORIGIN), cli_member(c, head, "origin"));
	cli_print(c, cli_word(c, MSG_CLI_COL_ENTRIES), cli_member(c, head, "entries"));
	cli_print(c, cli_word(c, MSG_CLI_COL_COVERED), arena_f(&c->arena, "%lld  " STR_FMT, (long long)number_at(head, "covered"), STR_ARG(cli_instant_of(c, head, "covered_at"))));
}

enum code
show_ledger(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	struct buf b = BUF(256);
	size_t i;
	json_t *row;

	print_head(c, json_object_get(o, "head"));
	putchar('\n');
	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_CLI_COL_WHEN)), str_of(cli_word(c, MSG_CLI_COL_TYPE)),
	    str_of(cli_word(c, MSG_CLI_COL_WHAT)), str_of(cli_word(c, MSG_CLI_COL_WHO)), str_of(cli_word(c, MSG_CLI_COL_MESSAGE)));
	json_array_foreach(json_object_get(o, "rows"), i, row) {
		struct str what = cli_member(c, row, "name_text"), who = cli_member(c, row, "actor_text");

		GRID_ROW(&g, cli_member(c, row, "index"), cli_instant_of(c, row, "claimed_at"), cli_member(c, row, "type_text"),
		    what.n > 1 ? what : cli_member(c, row, "name"), who, result_at(c, row));
	}
	grid_print(&g);
	if (json_is_integer(json_object_get(o, "next")) &&
	    message_text(MSG_CLI_MORE, c->lang, MSG_ARGS(MSG_N("next", number_at(o, "next")), MSG_N("total", number_at(o, "total"))), &b) == RC_OK)
		puts(buf_cstr(&b));
	buf_free(&b);
	return CODE_CONFORMING;
}

/* Byte for byte: this is what a verifier reads. */
enum code
show_proof(struct cli *c, const json_t *o)
{
	const json_t *proof = json_object_get(o, "proof");

	(void)c;
	if (!json_is_string(proof) || fwrite(json_string_value(proof), 1, json_string_length(proof), stdout) != json_string_length(proof))
		return CODE_ERROR;
	return CODE_CONFORMING;
}

enum code
show_submission(struct cli *c, const json_t *o)
{
	const json_t *text = json_object_get(o, "submission");

	(void)c;
	if (!json_is_string(text) || fwrite(json_string_value(text), 1, json_string_length(text), stdout) != json_string_length(text))
		return CODE_ERROR;
	return CODE_CONFORMING;
}

/* The document alone, as other tools read it. */
enum code
show_oscal(struct cli *c, const json_t *o)
{
	(void)c;
	if (json_dumpf(json_object_get(o, "document"), stdout, JSON_INDENT(2)) != 0 || putchar('\n') == EOF)
		return CODE_ERROR;
	return CODE_CONFORMING;
}

enum code
show_witness(struct cli *c, const json_t *o)
{
	const json_t *w = json_object_get(o, "witness");
	static const struct { const char *state; enum msg word, help; } words[] = {
		{ "off", MSG_UI_WITNESS_STATE_OFF, MSG_UI_WITNESS_HELP_OFF }, { "new", MSG_UI_WITNESS_STATE_NEW, MSG_UI_WITNESS_HELP_NEW }, { "good", MSG_UI_WITNESS_STATE_GOOD, MSG_UI_WITNESS_HELP_GOOD },
		{ "again", MSG_UI_WITNESS_STATE_AGAIN, MSG_UI_WITNESS_HELP_AGAIN }, { "away", MSG_UI_WITNESS_STATE_AWAY, MSG_UI_WITNESS_HELP_AWAY }, { "refused", MSG_UI_WITNESS_STATE_REFUSED, MSG_UI_WITNESS_HELP_REFUSED },
		{ "unknown", MSG_UI_WITNESS_STATE_UNKNOWN, MSG_UI_WITNESS_HELP_UNKNOWN }, { "newer", MSG_UI_WITNESS_STATE_NEWER, MSG_UI_WITNESS_HELP_NEWER }, { "fork", MSG_UI_WITNESS_STATE_FORK, MSG_UI_WITNESS_HELP_FORK },
		{ "silent", MSG_UI_WITNESS_STATE_SILENT, MSG_UI_WITNESS_HELP_SILENT },
	};
	const char *state = json_string_value(json_object_get(w, "state"));
	size_t at = 0;

	for (size_t i = 0; state && i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq_c(str_of(state), words[i].state))
			at = i;
	cli_print(c, cli_word(c, MSG_UI_WITNESS_TITLE), str_of(cli_word(c, words[at].word)));
	cli_print(c, "", str_of(cli_word(c, words[at].help)));
	if (at) {
		cli_print(c, cli_word(c, MSG_UI_WITNESS_UNTIL), cli_instant_of(c, w, "cosigned_at"));
		cli_print(c, cli_word(c, MSG_UI_WITNESS_SIZE), cli_member(c, w, "size"));
		cli_print(c, cli_word(c, MSG_UI_WITNESS_OWN), cli_member(c, w, "own"));
	}
	cli_print(c, cli_word(c, MSG_UI_WITNESS_KEY), cli_member(c, o, "key"));
	cli_print(c, cli_word(c, MSG_UI_WITNESS_FINGERPRINT), cli_member(c, o, "fingerprint"));
	return json_is_true(json_object_get(w, "bad")) ? CODE_NOT_CONFORMING : CODE_CONFORMING;
}

enum code
show_status(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	const json_t *disk = json_object_get(o, "disk");
	size_t i;
	json_t *row;

	cli_print(c, "Tsujiban", cli_member(c, o, "version"));
	cli_print(c, cli_word(c, MSG_CLI_COL_MODE), str_of(cli_word(c, str_eq_c(cli_member(c, o, "mode"), "root") ? MSG_CLI_MODE_ROOT : MSG_CLI_MODE_USER)));
	cli_print(c, cli_word(c, MSG_CLI_COL_SINCE), cli_instant_of(c, o, "started_at"));
	print_head(c, json_object_get(o, "head"));
	cli_print(c, cli_word(c, MSG_CLI_COL_DISK), arena_f(&c->arena, "%lld MiB", (long long)(number_at(disk, "free_bytes") >> 20)));
	cli_print(c, cli_word(c, MSG_CLI_COL_NOT_WRITTEN), cli_member(c, o, "not_written"));
	if (json_is_string(json_object_get(json_object_get(o, "catalogue"), "refused")))
		cli_print(c, cli_word(c, MSG_UI_CATALOGUE_REFUSED), cli_member(c, json_object_get(o, "catalogue"), "refused"));
	putchar('\n');
	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_PROCESS)), str_of(cli_word(c, MSG_CLI_COL_STATE)), str_of(cli_word(c, MSG_CLI_COL_SINCE)),
	    str_of(cli_word(c, MSG_CLI_COL_RESTARTS)), str_of(cli_word(c, MSG_CLI_COL_NOT_SEPARATED)));
	json_array_foreach(json_object_get(o, "processes"), i, row) {
		struct buf b = BUF(1024);
		size_t k;
		json_t *word;

		json_array_foreach(json_object_get(row, "not_separated"), k, word)
			if (json_is_string(word) && buf_addf(&b, "%s" STR_FMT, k ? ", " : "", STR_ARG(known_word(c, str_of(json_string_value(word))))) != RC_OK)
				rc_trail_clear(); /* a cut list */
		GRID_ROW(&g, cli_member(c, row, "name"), known_word(c, cli_member(c, row, "state")), cli_instant_of(c, row, "started_at"), cli_member(c, row, "restarts"), cli_text(c, buf_str(&b)));
		buf_free(&b);
	}
	grid_print(&g);
	return CODE_CONFORMING;
}

enum code
show_catalogue(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_ID)), str_of(cli_word(c, MSG_CLI_COL_VERSION)), str_of(cli_word(c, MSG_CLI_COL_CLAUSES)), str_of(cli_word(c, MSG_CLI_COL_NAME)));
	json_array_foreach(json_object_get(o, "contracts"), i, row)
		GRID_ROW(&g, cli_member(c, row, "id"), cli_member(c, row, "version"), cli_member(c, row, "clauses"), cli_member(c, row, "name"));
	grid_print(&g);
	cli_print(c, cli_word(c, MSG_CLI_COL_NOT_WRITTEN), cli_member(c, o, "not_written"));
	return CODE_CONFORMING;
}

/* The words of all roles of a row. */
static struct str
roles_at(struct cli *c, const json_t *row)
{
	struct str all = STR_NONE;
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(row, "roles"), i, one) {
		const char *word = word_role(role_of(str_of(json_string_value(one))), c->lang);

		all = i ? arena_f(&c->arena, STR_FMT ", %s", STR_ARG(all), word) : str_of(word);
	}
	return all;
}

enum code
show_accounts(struct cli *c, const json_t *o)
{
	struct grid g = { .arena = &c->arena };
	size_t i;
	json_t *row;

	GRID_ROW(&g, str_of(cli_word(c, MSG_CLI_COL_NAME)), str_of(cli_word(c, MSG_CLI_COL_ROLE)), str_of(cli_word(c, MSG_CLI_COL_ENROLLED)),
	    str_of(cli_word(c, MSG_CLI_COL_LAST_SIGN_IN)), str_of(cli_word(c, MSG_CLI_COL_LOCKED)), str_of(cli_word(c, MSG_CLI_COL_DISPLAY)));
	json_array_foreach(json_object_get(o, "rows"), i, row)
		GRID_ROW(&g, cli_member(c, row, "name"), roles_at(c, row),
		    str_of(cli_word(c, json_is_true(json_object_get(row, "enrolled")) ? MSG_CLI_YES : MSG_CLI_NO)), cli_instant_of(c, row, "last_sign_in_at"),
		    cli_instant_of(c, row, "locked_until"), cli_member(c, row, "display"));
	grid_print(&g);
	return CODE_CONFORMING;
}

/* One account: what show_accounts() has in columns, and whether it is suspended. */
enum code
show_account(struct cli *c, const json_t *o)
{
	json_t *list = json_pack("{s:[O]}", "rows", o);
	enum code code = show_accounts(c, list);

	if (json_is_integer(json_object_get(o, "suspended_at")))
		cli_print(c, cli_word(c, MSG_CLI_SUSPENDED_SINCE), cli_instant_of(c, o, "suspended_at"));
	json_decref(list);
	return code;
}

/* Told once: it is printed, sealed, and known to nobody. */
enum code
show_glass(struct cli *c, const json_t *o)
{
	printf("%s\n  " STR_FMT "\n", cli_word(c, MSG_CLI_GLASS_ONCE), STR_ARG(cli_member(c, o, "code")));
	return CODE_CONFORMING;
}

enum code
show_account_added(struct cli *c, const json_t *o)
{
	printf("%s\n  " STR_FMT "\n", cli_word(c, MSG_CLI_LINK_ONCE), STR_ARG(cli_link(c, cli_member(c, o, "link"))));
	return CODE_CONFORMING;
}
