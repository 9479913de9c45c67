// SPDX-License-Identifier: Apache-2.0
/*
 * node-redundancy - of each kind, do two declared nodes on two machines answer?
 *
 * Seen from here: whether a connection to the declared port is accepted, and of a
 * PostgreSQL on this machine whether it streams to, or from, another node (pg_stream.h).
 * Not seen: what a replica of another kind holds; the switchover drill shows that. Disks in RAID are facts beside it: RAID on one machine never passes.
 * Two nodes with one address, on one declared machine, both on loopback or both with
 * addresses of this machine are one. A virtual address of this machine's keepalived is
 * whoever holds it: no node by itself. Virtual addresses of others, of pacemaker or of a
 * router are not looked at.
 */
#include <arpa/inet.h>
#include <string.h>

#include "base/num.h"
#include "control/control.h"
#include "control/keepalived.h"
#include "control/mdstat.h"
#include "control/pg_stream.h"
#include "control/place.h"
#include "message/messages.h"

#define REACH_MS     2000
#define ALL_MS       20000
#define MDSTAT_BYTES 65536
#define NODES_MAX    64
#define TRIE_BYTES   (4 << 20)
#define CONF_BYTES   (256 << 10)
#define NAMES_MAX    200

static const char *const kinds[] = { "web", "database", "other" };

/* Facts only: the kernel's word for each array, and whether members are missing. */
static enum rc
look_md(const struct host *h, struct facts *f, uint32_t *row)
{
	struct buf b = BUF(MDSTAT_BYTES);
	struct md_array arrays[MD_MAX];
	size_t n = 0;
	enum rc rc = host_read(h, "/proc/mdstat", MDSTAT_BYTES, &b);

	if (rc == RC_OK)
		rc = mdstat_read(buf_str(&b), arrays, &n);
	rc_trail_clear(); /* no such driver, or nonsense: nothing is known of it, and it decides nothing */
	for (size_t i = 0; rc == RC_OK && i < n; i++) {
		struct buf path = BUF(256), degraded = BUF(32);
		int64_t missing = arrays[i].missing, counted;

		if (memchr(arrays[i].name.p, '/', arrays[i].name.n) == NULL && buf_addf(&path, "/sys/block/" STR_FMT "/md/degraded", STR_ARG(arrays[i].name)) == RC_OK &&
		    host_read(h, buf_cstr(&path), 32, &degraded) == RC_OK && num_parse(str_trim(buf_str(&degraded)), 0, 4096, &counted) == RC_OK)
			missing = counted; /* the kernel's own count */
		rc_trail_clear();
		fact_text(f, ++*row, "array", arrays[i].name);
		fact_text(f, *row, "level", arrays[i].level);
		fact_int(f, *row, "missing", missing);
		buf_free(&path);
		buf_free(&degraded);
	}
	fact_int(f, 0, "arrays", (int64_t)n);
	buf_free(&b);
	return RC_OK;
}

/* One spelling of an address; all of loopback is one machine. */
static struct str
address_of(struct str s, struct arena *arena)
{
	char text[INET6_ADDRSTRLEN] = "";
	uint8_t bytes[16];

	if (s.n == 0 || s.n >= sizeof(text))
		return STR_NONE;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	if (inet_pton(AF_INET, text, bytes) == 1)
		return bytes[0] == 127 ? STR("loopback") : arena_dup(arena, s);
	if (inet_pton(AF_INET6, text, bytes) != 1)
		return STR_NONE;
	if (memcmp(bytes, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12) == 0) /* an IPv4 address, mapped */
		return bytes[12] == 127 ? STR("loopback") : arena_f(arena, "%u.%u.%u.%u", bytes[12], bytes[13], bytes[14], bytes[15]);
	if (memcmp(bytes, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16) == 0)
		return STR("loopback");
	return inet_ntop(AF_INET6, bytes, text, sizeof(text)) ? arena_dup(arena, str_of(text)) : STR_NONE;
}

static void
read_into(const struct host *h, struct arena *arena, const char *path, size_t max, struct str *ret)
{
	struct buf b = BUF(max);

	if (host_read(h, path, max, &b) == RC_OK)
		*ret = arena_dup(arena, buf_str(&b));
	rc_trail_clear(); /* not there, or not for us: nothing is known of it */
	buf_free(&b);
}

/* keepalived.conf and the usual folder it includes. */
static void
read_virtual(const struct host *h, struct arena *arena, struct keepalived *k)
{
	static const char *const folders[] = { "/etc/keepalived", "/etc/keepalived/conf.d" };
	struct str *names, conf;
	size_t n;

	for (size_t i = 0; i < 2; i++) {
		if (host_list(h, folders[i], NAMES_MAX, arena, &names, &n) != RC_OK)
			continue;
		for (size_t at = 0; at < n; at++) {
			const char *path = str_ends(names[at], STR(".conf")) ? arena_f(arena, "%s/" STR_FMT, folders[i], STR_ARG(names[at])).p : NULL;

			conf = STR_NONE;
			if (path)
				read_into(h, arena, path, CONF_BYTES, &conf);
			keepalived_read(conf, k);
		}
	}
	rc_trail_clear();
}

/* "copies": "to" ADDRESS or "from"; "whole": it streams. */
static void
look_streams(const struct host *h, struct arena *arena, struct facts *f, uint32_t *row)
{
	struct pg_streams *s = arena_get(arena, sizeof(*s));

	if (s == NULL)
		return;
	pg_streams_read(h, arena, s);
	fact_bool(f, 0, "postgresql", s->running);
	for (size_t i = 0; s->running && i < s->count; i++) {
		struct str peer = address_of(s->list[i].peer, f->arena);

		fact_text(f, ++*row, "copies", s->list[i].peer.n ? STR("to") : STR("from"));
		if (s->list[i].peer.n)
			fact_text(f, *row, "peer", peer.n ? peer : s->list[i].peer);
		fact_bool(f, *row, "whole", s->list[i].streams);
	}
}

static const char *
reach(const struct host *h, const char *address, int64_t port)
{
	struct host_tcp *t = NULL;
	enum rc rc;

	if (address == NULL || port < 1 || port > 65535)
		return "not-asked";
	rc = host_tcp_open(h, &(struct host_to){ address, (uint16_t)port, NULL }, 1024, REACH_MS, &t);
	host_tcp_close(t);
	rc_trail_clear();
	return rc == RC_OK ? "reached" : rc == RC_NOTFOUND ? "refused" : rc == RC_TIMEOUT ? "silent" : "not-asked";
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	static const struct facts nothing = { .list = NULL };
	const struct facts *given = s->given ? s->given : &nothing;
	int64_t begun_us = host_now_us(h);
	struct arena arena = ARENA(32 << 20);
	struct own_addresses *own = arena_get(&arena, sizeof(*own));
	struct keepalived *k = arena_get(&arena, sizeof(*k));
	struct str trie = STR_NONE, inet6 = STR_NONE;
	uint32_t row = 0, asked = 0;
	bool database = false;
	enum rc rc = own && k ? RC_OK : FAIL(RC_LIMIT, "no room");

	TRY(rc);
	TRY(look_md(h, f, &row));
	read_into(h, &arena, "/proc/net/fib_trie", TRIE_BYTES, &trie);
	read_into(h, &arena, "/proc/net/if_inet6", TRIE_BYTES, &inet6);
	own_addresses_read(trie, inet6, &arena, own);
	read_virtual(h, &arena, k);
	for (uint32_t i = 1; i <= fact_rows(given); i++) {
		struct str address = fact_s(given, i, "node.address"), canonical = address_of(address, f->arena);
		int64_t port = fact_n(given, i, "node.port", 0);
		bool late = asked >= NODES_MAX || host_now_us(h) - begun_us > ALL_MS * INT64_C(1000);

		if (fact_s(given, i, "node.kind").n == 0)
			continue;
		if (fact_s(given, i, "node.port").n && num_parse(fact_s(given, i, "node.port"), 1, 65535, &port) != RC_OK)
			rc_trail_clear();
		fact_text(f, ++row, "node", fact_s(given, i, "node.name"));
		fact_text(f, row, "kind", fact_s(given, i, "node.kind"));
		fact_text(f, row, "machine", fact_s(given, i, "node.machine"));
		fact_text(f, row, "address", canonical);
		if (canonical.n && own_addresses_have(own, arena_cstr(&arena, canonical)))
			fact_bool(f, row, "own", true);
		database |= fact_get(f, row, "own") && str_eq_c(fact_s(f, row, "kind"), "database");
		for (size_t n = 0; n < k->count; n++)
			if (canonical.n && str_eq(address_of(k->list[n], &arena), canonical))
				fact_bool(f, row, "virtual", true);
		fact_text(f, row, "state", str_of(late || canonical.n == 0 ? "not-asked" : reach(h, arena_cstr(f->arena, address), port)));
		asked++;
	}
	if (database)
		look_streams(h, &arena, f, &row);
	fact_bool(f, 0, "looked", true);
out:
	arena_free(&arena);
	return rc;
}

/* Two rows are two machines when neither the declared machine nor the address is one, and not both addresses are ours. */
static bool
apart(const struct facts *f, uint32_t a, uint32_t b)
{
	return !str_eq(fact_s(f, a, "machine"), fact_s(f, b, "machine")) && !str_eq(fact_s(f, a, "address"), fact_s(f, b, "address")) &&
	    !(fact_n(f, a, "own", 0) && fact_n(f, b, "own", 0));
}

struct kind { uint32_t declared, down, unseen; bool two, two_declared; };

static void
judge_kind(const struct facts *f, const char *kind, bool anyone, struct kind *k)
{
	*k = (struct kind){ 0 };
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str state = fact_s(f, row, "state");

		if (!str_eq_c(fact_s(f, row, "kind"), kind) || state.n == 0)
			continue;
		k->declared = k->declared ? k->declared : row;
		if (str_eq(state, STR("refused")) || (str_eq(state, STR("silent")) && anyone)) /* nobody answers: it may be us */
			k->down = k->down ? k->down : row;
		else if (!str_eq(state, STR("reached")) || fact_n(f, row, "virtual", 0))
			k->unseen = k->unseen ? k->unseen : row;
		for (uint32_t other = 1; other < row; other++)
			if (str_eq_c(fact_s(f, other, "kind"), kind) && apart(f, row, other)) {
				k->two_declared = true;
				k->two |= !fact_n(f, row, "virtual", 0) && !fact_n(f, other, "virtual", 0) && str_eq(state, STR("reached")) && str_eq(fact_s(f, other, "state"), STR("reached"));
			}
	}
}

/* What this machine's PostgreSQL says of its copies. STREAMS_UNTOLD: no PostgreSQL here, or it is not declared. */
enum streams { STREAMS_UNTOLD, STREAMS_NONE, STREAMS_BEHIND, STREAMS_WHOLE };

static enum streams
streams(const struct facts *f, uint32_t *ret_node)
{
	enum streams best = fact_n(f, 0, "postgresql", 0) ? STREAMS_NONE : STREAMS_UNTOLD;

	*ret_node = 0;
	for (uint32_t node = 1; node <= fact_rows(f); node++) {
		if (!str_eq_c(fact_s(f, node, "kind"), "database") || fact_n(f, node, "own", 0))
			continue;
		*ret_node = *ret_node ? *ret_node : node;
		for (uint32_t row = 1; row <= fact_rows(f); row++) {
			struct str copies = fact_s(f, row, "copies");
			enum streams one = fact_n(f, row, "whole", 0) ? STREAMS_WHOLE : STREAMS_BEHIND;

			if ((str_eq_c(copies, "from") || (str_eq_c(copies, "to") && str_eq(fact_s(f, row, "peer"), fact_s(f, node, "address")))) && one > best) {
				best = one;
				*ret_node = node;
			}
		}
	}
	return best;
}

static void
say(struct finding *ret, enum verdict v, uint16_t message, const struct facts *f, uint32_t row)
{
	finding_set(ret, v, message);
	finding_text(ret, "name", fact_s(f, row, "node"));
	finding_text(ret, "kind", fact_s(f, row, "kind"));
	finding_text(ret, "state", fact_s(f, row, "state"));
	finding_text(ret, "machine", fact_s(f, row, "machine"));
}

/*= S-7-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	uint32_t single = 0, down = 0, unseen = 0, declared = 0, reached = 0, other = 0;
	enum streams copies = streams(f, &other);
	int64_t arrays = fact_n(f, 0, "arrays", 0);

	(void)p;
	(void)now_us;
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		reached += str_eq(fact_s(f, row, "state"), STR("reached"));
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct kind k;

		judge_kind(f, kinds[i], reached != 0, &k);
		if (k.declared == 0)
			continue;
		declared++;
		if (!k.two_declared)
			single = single ? single : k.declared;
		else if (!k.two && k.unseen == 0)
			down = down ? down : k.down;
		else if (!k.two)
			unseen = unseen ? unseen : k.unseen;
	}
	if (f->overflow || !fact_n(f, 0, "looked", 0)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_NODES_NO_ANSWER);
	} else if (declared == 0) {
		finding_set(ret, VERDICT_UNKNOWN, arrays ? MSG_NODES_RAID_ALONE : MSG_NODES_NOTHING);
		finding_int(ret, "arrays", arrays);
	} else if (single) {
		say(ret, VERDICT_FAIL, MSG_NODES_ONE_MACHINE, f, single);
	} else if (down) {
		say(ret, VERDICT_FAIL, MSG_NODES_DOWN, f, down);
	} else if (unseen) {
		say(ret, VERDICT_UNKNOWN, fact_n(f, unseen, "virtual", 0) ? MSG_NODES_VIRTUAL : MSG_NODES_UNSEEN, f, unseen);
	} else if (other && (copies == STREAMS_NONE || copies == STREAMS_BEHIND)) {
		say(ret, VERDICT_UNKNOWN, copies == STREAMS_NONE ? MSG_NODES_NO_COPY : MSG_NODES_COPY_BEHIND, f, other);
	} else {
		finding_set(ret, VERDICT_PASS, copies == STREAMS_WHOLE ? MSG_NODES_COPIED : MSG_NODES_TWO);
		finding_int(ret, "count", reached);
		finding_int(ret, "kinds", declared);
	}
}

static const char *const registers[] = { "node", NULL };

const struct control control_node_redundancy = {
	.id = "node-redundancy", .subject = SUBJECT_CONTRACT, .by = LOOK_BY_READER, .reader = 5, .every_s = 300, .timeout_ms = 30000, .registers = registers, .look = look, .judge = judge,
};
