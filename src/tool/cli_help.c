// SPDX-License-Identifier: Apache-2.0
/* Help, completion and what may have been meant: printed from the table of verbs. */
#include "tool/cli.h"

#include <stdio.h>
#include <string.h>

#include "auth/ask_auth.h"

static bool
is_end(const struct verb *v)
{
	return v->act == ACT_NONE && v->offline == NULL;
}

void
verb_usage(const struct verb *v, struct buf *b)
{
	enum rc rc = buf_addf(b, "tsujiban %s", verb_words(v));

	for (int i = 0; rc == RC_OK && i < CLI_ARGUMENTS_MAX && v->arguments[i].place; i++) {
		const struct argument *a = &v->arguments[i];
		char upper[32] = "";

		for (size_t k = 0; a->name[k] && k + 1 < sizeof(upper); k++)
			upper[k] = a->name[k] >= 'a' && a->name[k] <= 'z' ? (char)(a->name[k] - 32) : a->name[k];
		if (a->place == PLACE_REST) {
			rc = buf_add_c(b, " FIELD=VALUE...");
			continue;
		}
		rc = a->place == PLACE_NEEDED ? buf_addf(b, " %s", upper) : a->place == PLACE_MAYBE ? buf_addf(b, " [%s]", upper) :
		    buf_addf(b, " [--%s %s]", a->name, a->value == VALUE_NUMBER ? "N" : a->value == VALUE_DATE ? "DATE" : a->value == VALUE_YES ? "yes|no" : "TEXT");
	}
	for (size_t i = 0; rc == RC_OK && v->act != ACT_NONE && i < GUARD_OPTIONS; i++)
		if (act_row(v->act)->guards & GUARD_BIT(guard_option[i].guard))
			rc = buf_addf(b, " --%s TEXT", guard_option[i].name);
	if (rc != RC_OK)
		rc_trail_clear(); /* a cut line of help */
}

static const char *
sentence(const struct cli *c, const struct verb *v)
{
	return v->sentence ? cli_word(c, v->sentence) : word_act(v->act, c->lang);
}

enum code
cli_help(struct cli *c)
{
	printf("%s\n\n", cli_word(c, MSG_CLI_USAGE));
	for (const struct verb *v = verbs; !is_end(v); v++) {
		struct buf b = BUF(1024);

		verb_usage(v, &b);
		printf("  " STR_FMT "\n      %s\n", STR_ARG(str_sub(buf_str(&b), strlen("tsujiban "), b.n)), sentence(c, v));
		buf_free(&b);
	}
	printf("\n  --root DIR      %s\n  --json          %s\n  --lang ja|en    %s\n  --token FILE    %s\n\n", cli_word(c, MSG_CLI_OPTION_ROOT), cli_word(c, MSG_CLI_OPTION_JSON),
	    cli_word(c, MSG_CLI_OPTION_LANG), cli_word(c, MSG_CLI_OPTION_TOKEN));
	printf("%s\n%s\n%s\n", cli_word(c, MSG_CLI_USAGE_ROOT), cli_word(c, MSG_CLI_USAGE_CODES), cli_word(c, MSG_CLI_HELP_ONE));
	return CODE_CONFORMING;
}

/* Words a second word may be, and the options of a row. */
static void
completion_row(const char *key, const char *words)
{
	printf("\t\"%s\") words=\"%s\" ;;\n", key, words);
}

enum code
cli_completion(struct cli *c)
{
	struct buf objects = BUF(4096);

	(void)c;
	for (const struct verb *v = verbs; !is_end(v); v++) {
		struct str rest = str_of(verb_words(v)), first, word, seen;
		bool again = false;

		if (!str_cut(&rest, ' ', &first))
			continue;
		for (seen = buf_str(&objects); str_cut(&seen, ' ', &word);)
			again |= str_eq(word, first);
		if (!again && buf_addf(&objects, "%s" STR_FMT, objects.n ? " " : "", STR_ARG(first)) != RC_OK)
			rc_trail_clear();
	}
	printf("# bash completion for tsujiban: source <(tsujiban completion)\n_tsujiban()\n{\n\tlocal words cur=${COMP_WORDS[COMP_CWORD]} said=() w skip=\n"
	       "\tfor w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n\t\tif [ -n \"$skip\" ]; then skip=; continue; fi\n"
	       "\t\tcase $w in --root|--lang|--token) skip=1 ;; --*|=) ;; *) said+=(\"$w\") ;; esac\n\tdone\n"
	       "\tcase ${COMP_WORDS[COMP_CWORD-1]} in\n\t--root) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n\t--token) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n\t--lang) COMPREPLY=($(compgen -W \"ja en\" -- \"$cur\")); return ;;\n\tesac\n"
	       "\tcase \"${said[*]:0:2}\" in\n\t\"\") words=\"%s\" ;;\n", buf_cstr(&objects));
	for (const struct verb *v = verbs; !is_end(v); v++) {
		struct buf b = BUF(1024);

		for (int i = 0; i < CLI_ARGUMENTS_MAX && v->arguments[i].place; i++) {
			if (v->arguments[i].place == PLACE_OPTION && buf_addf(&b, "%s--%s", b.n ? " " : "", v->arguments[i].name) != RC_OK)
				rc_trail_clear();
			for (enum role r = ROLE_NONE + 1; v->arguments[i].value == VALUE_ROLE && r < ROLE_COUNT; r++)
				if (buf_addf(&b, "%s%s", b.n ? " " : "", role_name(r)) != RC_OK)
					rc_trail_clear();
		}
		for (size_t i = 0; v->act != ACT_NONE && i < GUARD_OPTIONS; i++)
			if ((act_row(v->act)->guards & GUARD_BIT(guard_option[i].guard)) && buf_addf(&b, "%s--%s", b.n ? " " : "", guard_option[i].name) != RC_OK)
				rc_trail_clear();
		completion_row(verb_words(v), buf_cstr(&b));
		buf_free(&b);
	}
	for (struct str rest = buf_str(&objects), object; str_cut(&rest, ' ', &object);) {
		struct buf b = BUF(1024), key = BUF(256);

		for (const struct verb *v = verbs; !is_end(v); v++) {
			struct str words = str_of(verb_words(v)), first;

			if (str_cut(&words, ' ', &first) && str_eq(first, object) && words.n && buf_addf(&b, "%s" STR_FMT, b.n ? " " : "", STR_ARG(words)) != RC_OK)
				rc_trail_clear();
		}
		if (b.n && buf_add(&key, object) == RC_OK)
			completion_row(buf_cstr(&key), buf_cstr(&b));
		buf_free(&b);
		buf_free(&key);
	}
	printf("\tesac\n\tcase $cur in -*) words=\"$words --root --json --lang --token\" ;; esac\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
	       "\t[ -n \"${COMPREPLY[*]}\" ] || COMPREPLY=($(compgen -f -- \"$cur\"))\n}\ncomplete -F _tsujiban tsujiban\n");
	buf_free(&objects);
	return CODE_CONFORMING;
}

#define MEANT_MAX 64

/* Letters to change, add or drop (Levenshtein). */
static size_t
distance(const char *a, const char *b)
{
	size_t row[MEANT_MAX + 1], na = strlen(a), nb = strlen(b);

	if (na > MEANT_MAX || nb > MEANT_MAX)
		return MEANT_MAX;
	for (size_t k = 0; k <= nb; k++)
		row[k] = k;
	for (size_t i = 1; i <= na; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t k = 1; k <= nb; k++) {
			size_t swap = corner + (a[i - 1] != b[k - 1]), more = (row[k] < row[k - 1] ? row[k] : row[k - 1]) + 1;

			corner = row[k];
			row[k] = swap < more ? swap : more;
		}
	}
	return row[nb];
}

enum code
cli_unknown(const struct cli *c, const char *given)
{
	const struct verb *best = NULL;
	size_t least = 4;

	for (const struct verb *v = verbs; !is_end(v); v++) {
		size_t d = distance(given, verb_words(v)), n = strlen(given);

		if (n && strncmp(verb_words(v), given, n) == 0)
			d = 1; /* "clause" alone: its first verb */
		if (d < least) {
			least = d;
			best = v;
		}
	}
	cli_say(c, CODE_USAGE, MSG_CLI_UNKNOWN_VERB, MSG_ARGS(MSG_S("given", str_of(given))));
	if (best)
		cli_say(c, CODE_USAGE, MSG_CLI_DID_YOU_MEAN, MSG_ARGS(MSG_S("meant", str_of(verb_words(best)))));
	return CODE_USAGE;
}
