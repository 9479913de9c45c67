// SPDX-License-Identifier: Apache-2.0
/*
 * ports-closed - is every port that can be reached from outside a declared one?
 *
 * Counted: TCP and UDP listeners on anything but loopback, over IPv4 and IPv6
 * (from the kernel's socket table), and ports that a DNAT rule sends elsewhere.
 * Each is named with the program that holds it. An unconnected UDP socket in
 * the kernel's own range for clients is one that waits for an answer: shown,
 * not judged. Declared are the list `ports` of tsujiban.yaml ("22/tcp
 * 8000-8010/tcp") and the station's own console.
 */
#include "control/control.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "control/nft.h"
#include "control/sockets.h"
#include "message/messages.h"

#define LISTING_MAX   (16 << 20)
#define LISTENERS_MAX 400

struct seen { struct listener l[LISTENERS_MAX]; size_t count; };

static enum rc
take(void *context, const struct listener *l)
{
	struct seen *s = context;

	if (s->count == LISTENERS_MAX)
		return FAIL(RC_LIMIT, "more than %d listeners", LISTENERS_MAX);
	s->l[s->count++] = *l;
	return RC_OK;
}

/* "32768\t60999": the ports the kernel gives to clients. */
static void
client_range(const struct host *h, uint16_t *first, uint16_t *last)
{
	struct buf b = BUF(64);
	struct str rest, piece;
	int64_t a, z;

	*first = 32768;
	*last = 60999;
	if (host_read(h, "/proc/sys/net/ipv4/ip_local_port_range", 64, &b) == RC_OK) {
		rest = str_trim(buf_str(&b));
		if (str_cut(&rest, '\t', &piece) && num_parse(piece, 1, 65535, &a) == RC_OK && num_parse(str_trim(rest), a, 65535, &z) == RC_OK) {
			*first = (uint16_t)a;
			*last = (uint16_t)z;
		}
	}
	buf_free(&b);
}

static bool
same_port(const struct facts *f, uint32_t row, const struct listener *l, struct str program)
{
	return fact_n(f, row, "port", -1) == l->port && str_eq_c(fact_s(f, row, "protocol"), l->protocol == IPPROTO_TCP ? "tcp" : "udp") &&
	    str_eq(fact_s(f, row, "program"), program);
}

static void
add_listener(struct facts *f, const struct listener *l, struct str program, bool client)
{
	uint32_t row = fact_rows(f) + 1;

	for (uint32_t i = 1; i < row; i++)
		if (same_port(f, i, l, program))
			return; /* the same port over the other family */
	fact_int(f, row, "port", l->port);
	fact_text(f, row, "protocol", l->protocol == IPPROTO_TCP ? STR("tcp") : STR("udp"));
	fact_text(f, row, "program", program);
	fact_text(f, row, "address", str_of(l->address));
	if (client)
		fact_bool(f, row, "client", true);
}

static void
add_forwards(struct facts *f, const struct nft_view *v)
{
	for (size_t i = 0; i < v->forwards_count; i++)
		for (unsigned protocol = NFT_TCP; protocol <= NFT_UDP; protocol <<= 1)
			if (v->forwards[i].protocols & protocol) {
				uint32_t row = fact_rows(f) + 1;

				fact_int(f, row, "port", v->forwards[i].first);
				if (v->forwards[i].last != v->forwards[i].first)
					fact_int(f, row, "last", v->forwards[i].last);
				fact_text(f, row, "protocol", protocol == NFT_TCP ? STR("tcp") : STR("udp"));
				fact_text(f, row, "program", STR("DNAT"));
			}
}

static bool
old_nat(const struct host *h, const char *path)
{
	struct buf b = BUF(4096);
	struct str rest, line;
	enum rc rc = host_read(h, path, 4096, &b);
	bool found = rc != RC_OK && rc != RC_NOTFOUND;

	rest = buf_str(&b);
	while (rc == RC_OK && str_line(&rest, &line))
		found |= str_eq(line, STR("nat"));
	buf_free(&b);
	return found;
}

static enum rc
add_listeners(const struct host *h, struct facts *f)
{
	struct seen *seen = arena_get(f->arena, sizeof(*seen));
	struct owner *owners = arena_get(f->arena, sizeof(*owners) * LISTENERS_MAX);
	uint16_t first, last;
	bool whole = true;
	enum rc rc = RC_OK;

	if (seen == NULL || owners == NULL)
		return FAIL(RC_LIMIT, "no room");
	TRY(sockets_listening(h, take, seen));
	for (size_t i = 0; i < seen->count; i++)
		owners[i].inode = seen->l[i].inode;
	if (seen->count)
		TRY(sockets_owners(h, f->arena, owners, seen->count, &whole));
	client_range(h, &first, &last);
	for (size_t i = 0; i < seen->count; i++) {
		const struct listener *l = &seen->l[i];
		struct str program = whole ? STR("(kernel)") : STR_NONE;

		for (size_t k = 0; k < seen->count; k++)
			if (owners[k].inode == l->inode && owners[k].program.n)
				program = owners[k].program;
		add_listener(f, l, program, l->protocol == IPPROTO_UDP && l->port >= first && l->port <= last);
	}
	fact_bool(f, 0, "owners_whole", whole);
	fact_int(f, 0, "sockets", (int64_t)seen->count);
out:
	return rc;
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	struct buf b = BUF(LISTING_MAX);
	struct nft_view *v = arena_get(f->arena, sizeof(*v));
	bool old;
	enum rc rc = RC_OK, asked;

	(void)s;
	if (v == NULL)
		return FAIL(RC_LIMIT, "no room");
	TRY(add_listeners(h, f));
	old = old_nat(h, "/proc/net/ip_tables_names") || old_nat(h, "/proc/net/ip6_tables_names");
	asked = host_run(h, "nft", LISTING_MAX, &b);
	if (asked == RC_OK)
		asked = nft_read(buf_str(&b), v);
	fact_bool(f, 0, "forwards_seen", asked == RC_OK && !v->forwards_unsure && !old);
	if (asked == RC_OK)
		add_forwards(f, v);
out:
	buf_free(&b);
	return rc;
}

/* One declared entry: "22/tcp", "8000-8010/udp". */
static enum rc
entry_parse(struct str entry, struct nft_forward *ret)
{
	struct str ports, from, protocol = entry;
	int64_t first, last;
	enum rc rc = RC_OK;

	if (!str_cut(&protocol, '/', &ports) || (!str_eq(protocol, STR("tcp")) && !str_eq(protocol, STR("udp"))))
		return FAIL(RC_SYNTAX, "ports: '" STR_FMT "' is not like 22/tcp", STR_ARG(entry));
	(void)str_cut(&ports, '-', &from); /* `ports` is what follows the dash */
	TRY(num_parse(from, 1, 65535, &first));
	last = first;
	if (ports.p)
		TRY(num_parse(ports, first, 65535, &last));
	*ret = (struct nft_forward){ str_eq(protocol, STR("tcp")) ? NFT_TCP : NFT_UDP, (uint16_t)first, (uint16_t)last };
out:
	return rc;
}

/* Entries stand apart by spaces or commas. RC_SYNTAX: one is not an entry. */
static enum rc
declared(struct str list, unsigned protocol, int64_t first, int64_t last, bool *ret)
{
	size_t from = 0;
	enum rc rc = RC_OK;

	*ret = false;
	for (size_t i = 0; i <= list.n; i++) {
		struct nft_forward d = { 0 };

		if (i < list.n && list.p[i] != ' ' && list.p[i] != ',')
			continue;
		if (i > from) {
			TRY(entry_parse(str_sub(list, from, i - from), &d));
			*ret |= d.protocols == protocol && first >= d.first && last <= d.last;
		}
		from = i + 1;
	}
out:
	return rc;
}

/* "3306/tcp mariadbd" behind what is there; false when the text is full. */
static bool
describe(const struct facts *f, uint32_t row, char *text, size_t size)
{
	struct str program = fact_s(f, row, "program"), protocol = fact_s(f, row, "protocol");
	int64_t port = fact_n(f, row, "port", 0), last = fact_n(f, row, "last", port);
	char ports[32];
	size_t at = strlen(text);
	int n;

	for (size_t i = program.n; i > 0; i--)
		if (program.p[i - 1] == '/') {
			program = str_sub(program, i, program.n);
			break;
		}
	(void)snprintf(ports, sizeof(ports), last == port ? "%lld" : "%lld-%lld", (long long)port, (long long)last);
	n = snprintf(text + at, size - at, "%s%s/" STR_FMT "%s" STR_FMT, at ? ", " : "", ports, STR_ARG(protocol), program.n ? " " : "", STR_ARG(program));
	if (n < 0 || (size_t)n >= size - at) {
		text[at] = '\0';
		return false;
	}
	return true;
}

/*= S-3-7a */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	struct str list = fact_s(f, 0, "setting.ports"), console = fact_s(f, 0, "setting.port"), admin = fact_s(f, 0, "setting.admin_port");
	const struct fact *seen = fact_get(f, 0, "forwards_seen");
	char text[480] = "";
	int64_t own = 0, own_admin = 0, open = 0, missing = 0;
	bool full = false;

	(void)p;
	(void)now_us;
	if (f->overflow || seen == NULL || fact_get(f, 0, "sockets") == NULL || (console.n && num_parse(console, 1, 65535, &own) != RC_OK) ||
	    (fact_s(f, 0, "setting.admin_listen").n && admin.n && num_parse(admin, 1, 65535, &own_admin) != RC_OK)) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PORTS_NO_ANSWER);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		unsigned protocol = str_eq(fact_s(f, row, "protocol"), STR("tcp")) ? NFT_TCP : NFT_UDP;
		int64_t port = fact_n(f, row, "port", 0), last = fact_n(f, row, "last", port);
		bool here;

		if (fact_n(f, row, "client", 0))
			continue;
		if (declared(list, protocol, port, last, &here) != RC_OK) {
			finding_set(ret, VERDICT_UNKNOWN, MSG_PORTS_LIST_BAD);
			return;
		}
		open++;
		if (here || (protocol == NFT_TCP && port == last && ((own && port == own) || (own_admin && port == own_admin))))
			continue;
		missing++;
		full = full || !describe(f, row, text, sizeof(text) - 4);
	}
	if (full)
		memcpy(text + strlen(text), " …", sizeof(" …")); /* room was left for it */
	if (missing && list.n == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PORTS_NO_LIST);
	} else if (missing) {
		finding_set(ret, VERDICT_FAIL, MSG_PORTS_UNDECLARED);
	} else if (!seen->n) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_PORTS_FORWARDS_UNSEEN);
		return;
	} else {
		finding_set(ret, VERDICT_PASS, MSG_PORTS_DECLARED);
		finding_int(ret, "count", open);
		return;
	}
	finding_int(ret, "count", missing);
	finding_text(ret, "ports", arena_dup(f->arena, str_of(text)));
}

static const char *const settings[] = { "ports", "port", "admin_listen", "admin_port", NULL };

const struct control control_ports_closed = {
	.id = "ports-closed", .subject = SUBJECT_HOST, .by = LOOK_BY_READER, .reader = 1, .every_s = 900, .timeout_ms = 15000, .settings = settings,
	.look = look, .judge = judge,
};
