// SPDX-License-Identifier: Apache-2.0
/* A question of DNS and its answer. */
#include "control/dns.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "crypt/usm.h"

#define PORT       53
#define ASK_MS     1500
#define ANSWER_MAX 4096
#define HEAD       12
#define RECORDS    64
#define MS_MAX     6000 /* no further question after that */

/* Blanks of either kind are between words. */
static struct str
next_word(struct str *line)
{
	size_t from = 0, to;
	struct str word;

	while (from < line->n && (line->p[from] == ' ' || line->p[from] == '\t'))
		from++;
	for (to = from; to < line->n && line->p[to] != ' ' && line->p[to] != '\t';)
		to++;
	word = str_sub(*line, from, to - from);
	*line = str_sub(*line, to, line->n);
	return word;
}

void
dns_servers_read(struct str conf, struct dns_servers *ret)
{
	struct str line, word, key;

	*ret = (struct dns_servers){ .servers_count = 0 };
	while (str_line(&conf, &line)) {
		line = str_trim(line);
		key = next_word(&line);
		if (str_eq(key, STR("nameserver")) && ret->servers_count < DNS_SERVERS_MAX)
			ret->servers[ret->servers_count++] = next_word(&line);
		if (!str_eq(key, STR("search")) && !str_eq(key, STR("domain")))
			continue;
		ret->search_count = 0; /* the last line counts */
		for (word = next_word(&line); word.n && ret->search_count < DNS_SEARCH_MAX; word = next_word(&line))
			ret->search[ret->search_count++] = word;
	}
}

enum rc
dns_question(uint16_t id, struct str name, uint16_t type, struct buf *ret)
{
	const char head[HEAD] = { (char)(id >> 8), (char)id, 1 /* recursion */, 0, 0, 1 };
	const char tail[5] = { 0, (char)(type >> 8), (char)type, 0, 1 };
	struct str label;
	enum rc rc = RC_OK;

	if (name.n && name.p[name.n - 1] == '.')
		name.n--;
	if (name.n == 0 || name.n > DNS_NAME_MAX)
		return FAIL(RC_SYNTAX, "no name to ask for");
	TRY(buf_add(ret, (struct str){ head, HEAD }));
	for (size_t from = 0; from <= name.n; from += label.n + 1) {
		label = str_sub(name, from, name.n);
		for (size_t i = 0; i < label.n; i++)
			if (label.p[i] == '.')
				label.n = i;
		if (label.n == 0 || label.n > 63 || memchr(label.p, '\0', label.n) || memchr(label.p, ' ', label.n))
			return FAIL(RC_SYNTAX, "no name to ask for");
		TRY(buf_add_byte(ret, (uint8_t)label.n));
		TRY(buf_add(ret, label));
	}
	TRY(buf_add(ret, (struct str){ tail, 5 }));
out:
	return rc;
}

static unsigned
be16(struct str s, size_t at)
{
	return (unsigned)(unsigned char)s.p[at] << 8 | (unsigned char)s.p[at + 1];
}

/* Over a name: labels up to the empty one, or to a pointer, which ends it. 0: cut. */
static size_t
behind_name(struct str s, size_t at)
{
	while (at < s.n) {
		unsigned n = (unsigned char)s.p[at];

		if (n == 0)
			return at + 1;
		if (n >= 0xc0)
			return at + 2 <= s.n ? at + 2 : 0;
		if (n > 63)
			return 0;
		at += n + 1;
	}
	return 0;
}

static void
add_address(struct dns_addresses *ret, int family, const char *bytes)
{
	char text[INET6_ADDRSTRLEN];

	if (inet_ntop(family, bytes, text, sizeof(text)) == NULL)
		return;
	for (size_t i = 0; i < ret->count; i++)
		if (strcmp(ret->list[i], text) == 0)
			return;
	if (ret->count < DNS_ADDRESSES_MAX)
		memcpy(ret->list[ret->count++], text, sizeof(text));
}

/* Aliases (CNAME) on the way are passed over: a server that answers gives the addresses at their end. */
enum rc
dns_answer(struct str s, uint16_t id, struct str question, struct dns_addresses *ret)
{
	size_t at = question.n;
	unsigned flags, records;

	if (s.n < HEAD || question.n < HEAD + 5 || be16(s, 0) != id)
		return FAIL(RC_SYNTAX, "DNS: not an answer to our question");
	flags = be16(s, 2);
	records = be16(s, 6);
	if (!(flags & 0x8000) || (flags & 0x7800) || (flags & 0x0200) || be16(s, 4) != 1 || records > RECORDS)
		return FAIL(RC_SYNTAX, "DNS: not a whole answer");
	if (s.n < question.n || strncasecmp(s.p + HEAD, question.p + HEAD, question.n - HEAD) != 0 || memcmp(s.p + question.n - 4, question.p + question.n - 4, 4) != 0)
		return FAIL(RC_SYNTAX, "DNS: an answer to another question");
	if ((flags & 15) == 3)
		return FAIL(RC_NOTFOUND, "DNS: no such name");
	if (flags & 15)
		return FAIL(RC_SYNTAX, "DNS: the server could not say");
	for (unsigned i = 0; i < records; i++) {
		unsigned type, class, length;

		at = behind_name(s, at);
		if (at == 0 || at + 10 > s.n)
			return FAIL(RC_SYNTAX, "DNS: cut in the middle");
		type = be16(s, at);
		class = be16(s, at + 2);
		length = be16(s, at + 8);
		at += 10;
		if (at + length > s.n)
			return FAIL(RC_SYNTAX, "DNS: cut in the middle");
		if (class == 1 && type == DNS_A && length == 4)
			add_address(ret, AF_INET, s.p + at);
		else if (class == 1 && type == DNS_AAAA && length == 16)
			add_address(ret, AF_INET6, s.p + at);
		at += length;
	}
	return RC_OK;
}

/* One name, both kinds of address, at one server. RC_NOTFOUND: it has none. */
static enum rc
ask(const struct host *h, const char *server, struct str name, struct dns_addresses *ret)
{
	static const uint16_t types[] = { DNS_A, DNS_AAAA };
	const struct host_to to = { server, PORT, NULL };
	size_t before = ret->count;
	enum rc rc = RC_OK;

	for (size_t i = 0; i < 2; i++) {
		struct buf question = BUF(512), answer = BUF(ANSWER_MAX);
		uint16_t id;

		usm_random(&id, sizeof(id));
		rc = dns_question(id, name, types[i], &question);
		if (rc == RC_OK)
			rc = host_udp_ask(h, &to, buf_str(&question), ANSWER_MAX, ASK_MS, &answer);
		if (rc == RC_NOTFOUND)
			rc = FAIL(RC_TIMEOUT, "no name server at %s", server);
		else if (rc == RC_OK)
			rc = dns_answer(buf_str(&answer), id, buf_str(&question), ret);
		buf_free(&question);
		buf_free(&answer);
		if (rc != RC_OK)
			return rc;
	}
	return ret->count > before ? RC_OK : FAIL(RC_NOTFOUND, "DNS: a name without an address");
}

enum rc
dns_resolve(const struct host *h, const struct dns_servers *s, struct str name, struct dns_addresses *ret)
{
	int64_t until_us = host_now_us(h) + MS_MAX * INT64_C(1000);
	bool dotted = name.n && memchr(name.p, '.', name.n);
	enum rc rc = RC_TIMEOUT;

	for (size_t i = 0; i < s->servers_count && host_now_us(h) < until_us; i++) {
		char server[48];

		if (s->servers[i].n == 0 || s->servers[i].n >= sizeof(server))
			continue;
		memcpy(server, s->servers[i].p, s->servers[i].n);
		server[s->servers[i].n] = '\0';
		rc = RC_NOTFOUND;
		for (size_t k = 0; k <= s->search_count && rc == RC_NOTFOUND; k++) { /* a short name with each domain first, a dotted one as it is first */
			size_t domain = dotted ? k : k + 1; /* 0 and one too many: none */
			struct buf whole = BUF(600);

			rc_trail_clear();
			rc = domain == 0 || domain > s->search_count ? buf_add(&whole, name) : buf_addf(&whole, STR_FMT "." STR_FMT, STR_ARG(name), STR_ARG(s->search[domain - 1]));
			if (rc == RC_OK)
				rc = ask(h, server, buf_str(&whole), ret);
			buf_free(&whole);
		}
		if (rc == RC_OK || rc == RC_NOTFOUND)
			return rc;
		ret->count = 0;
	}
	return rc == RC_OK ? RC_OK : FAIL(RC_TIMEOUT, "no name server answers");
}
