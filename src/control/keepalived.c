// SPDX-License-Identifier: Apache-2.0
/* Words, braces and comments of keepalived.conf(5). */
#include "control/keepalived.h"

/* The next word of a line; a brace is a word of its own, a comment ends the line. */
static struct str
word_of(struct str *line)
{
	size_t from = 0, to;
	struct str word;

	while (from < line->n && (line->p[from] == ' ' || line->p[from] == '\t' || line->p[from] == '\r'))
		from++;
	if (from == line->n || line->p[from] == '#' || line->p[from] == '!') {
		*line = STR_NONE;
		return STR_NONE;
	}
	to = from + 1;
	if (line->p[from] != '{' && line->p[from] != '}')
		while (to < line->n && line->p[to] != ' ' && line->p[to] != '\t' && line->p[to] != '\r' && line->p[to] != '{' && line->p[to] != '}')
			to++;
	word = str_sub(*line, from, to - from);
	*line = str_sub(*line, to, line->n);
	return word;
}

static void
add(struct keepalived *k, struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] == '/')
			word.n = i;
	if (k->count == KEEPALIVED_MAX)
		k->more = true;
	else
		k->list[k->count++] = word;
}

void
keepalived_read(struct str conf, struct keepalived *k)
{
	bool named = false, inside = false;
	struct str line, word;

	while (str_line(&conf, &line)) {
		bool first = true;

		for (word = word_of(&line); word.n; word = word_of(&line)) {
			bool condition = word.p[0] == '@', opens = str_eq(word, STR("{"));

			if (opens)
				inside |= named;
			else if (str_eq(word, STR("}")))
				inside = false;
			else if (inside && first && !condition)
				add(k, word);
			named = str_eq(word, STR("virtual_ipaddress")) || str_eq(word, STR("virtual_ipaddress_excluded")) || (named && !inside && condition);
			first = opens || (first && condition);
		}
	}
}
