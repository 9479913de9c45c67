// SPDX-License-Identifier: Apache-2.0
/* What the lines of sshd_config come to: for the service, for one peer, for every place that makes a difference. */
#include "control/sshd_int.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/num.h"

#define VALUES_MAX 4096
#define PLACES_MAX 512   /* addresses that make a difference */
#define PEERS_MAX  2000  /* combinations that are evaluated  */

static const struct { enum sshd_key key; const char *value; } defaults[] = {
	{ SSHD_USE_PAM, "no" }, { SSHD_PORT, "22" }, { SSHD_FAMILY, "any" }, { SSHD_ROOT, "without-password" }, { SSHD_PUBKEY, "yes" }, { SSHD_PASSWORD, "yes" },
	{ SSHD_KBD, "yes" }, { SSHD_HOSTBASED, "no" }, { SSHD_GSSAPI, "no" }, { SSHD_KERBEROS, "no" }, { SSHD_EMPTY_PASSWORD, "no" }, { SSHD_METHODS, "any" },
	{ SSHD_KEYS_FILE, ".ssh/authorized_keys" }, { SSHD_KEYS_FILE, ".ssh/authorized_keys2" }, { SSHD_KEYS_COMMAND, "none" }, { SSHD_CA_KEYS, "none" },
	{ SSHD_PRINCIPALS_FILE, "none" }, { SSHD_PRINCIPALS_COMMAND, "none" },
	{ SSHD_KEY_OPTIONS, "none" }, { SSHD_FORCE_COMMAND, "none" }, { SSHD_CHROOT, "none" }, { SSHD_STRICT_MODES, "yes" }, { SSHD_USE_DNS, "no" },
	{ SSHD_CIPHERS, "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com" },
	{ SSHD_MACS, "umac-64-etm@openssh.com,umac-128-etm@openssh.com,hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha1-etm@openssh.com,"
	  "umac-64@openssh.com,umac-128@openssh.com,hmac-sha2-256,hmac-sha2-512,hmac-sha1" },
	{ SSHD_KEX, "sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com,curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,"
	  "ecdh-sha2-nistp521,diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group18-sha512,diffie-hellman-group14-sha256" },
	{ SSHD_KEY_ALGORITHMS, "ssh-ed25519-cert-v01@openssh.com,ecdsa-sha2-nistp256-cert-v01@openssh.com,ecdsa-sha2-nistp384-cert-v01@openssh.com,"
	  "ecdsa-sha2-nistp521-cert-v01@openssh.com,sk-ssh-ed25519-cert-v01@openssh.com,sk-ecdsa-sha2-nistp256-cert-v01@openssh.com,rsa-sha2-512-cert-v01@openssh.com,"
	  "rsa-sha2-256-cert-v01@openssh.com,ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521,sk-ssh-ed25519@openssh.com,"
	  "sk-ecdsa-sha2-nistp256@openssh.com,rsa-sha2-512,rsa-sha2-256" },
};

/* ---- one walk over the lines */

#define NEVER 1 /* below a block that does not match: nothing in an included file can come to life */
#define ONLY  2 /* the second walk, before its first Match: included files are still looked at  */

struct walk { const struct sshd_peer *peer; struct sshd_settings *set; struct arena *arena; };

static bool
group_listed(const struct sshd_peer *p, struct str list)
{
	bool found = false;

	for (size_t i = 0; i < p->groups_count; i++) {
		enum listed here = pattern_list(p->groups[i], list, false);

		if (here == LISTED_AGAINST)
			return false;
		found |= here == LISTED;
	}
	return found;
}

static bool
condition_holds(const struct sshd_condition *c, const struct sshd_peer *p)
{
	if (c->criterion == CRITERION_ALL)
		return true;
	if (p == NULL)
		return false;
	switch (c->criterion) {
	case CRITERION_USER:          return p->user.n && pattern_list(p->user, c->list, false) == LISTED;
	case CRITERION_GROUP:         return group_listed(p, c->list);
	case CRITERION_HOST:          return p->host.n && pattern_list(p->host, c->list, true) == LISTED;
	case CRITERION_ADDRESS:       return p->address.n && address_list(&p->address, c->list) == LISTED;
	case CRITERION_LOCAL_ADDRESS: return p->local_address.n && address_list(&p->local_address, c->list) == LISTED;
	case CRITERION_LOCAL_PORT:    return p->local_port == c->port;
	case CRITERION_RDOMAIN:       return pattern_list(p->rdomain, c->list, false) == LISTED;
	default:                      return false;
	}
}

static enum rc
append(struct walk *w, enum sshd_key key, struct str value)
{
	struct sshd_settings *s = w->set;
	struct str *more;
	size_t n = s->counts[key];

	if (n == VALUES_MAX)
		return FAIL(RC_LIMIT, "sshd_config: too many values");
	if ((n & (n - 1)) == 0) { /* full at each power of two */
		more = arena_get(w->arena, sizeof(*more) * (n ? 2 * n : 1));
		if (more == NULL)
			return FAIL(RC_LIMIT, "no room for the values of sshd_config");
		if (n)
			memcpy(more, s->values[key], n * sizeof(*more));
		s->values[key] = more;
	}
	s->values[key][s->counts[key]++] = value;
	return RC_OK;
}

static bool
adds_up(enum sshd_key key)
{
	return key == SSHD_PORT || key == SSHD_LISTEN || (key >= SSHD_ALLOW_USERS && key <= SSHD_DENY_GROUPS);
}

static enum rc
set(struct walk *w, const struct sshd_line *l)
{
	enum rc rc = RC_OK;

	if (l->key == SSHD_NONE || (!adds_up(l->key) && w->set->counts[l->key]))
		return RC_OK;
	if (l->key == SSHD_LISTEN)
		return append(w, l->key, l->args[0]);
	for (size_t i = 0; i < l->args_count; i++)
		TRY(append(w, l->key, l->args[i]));
out:
	return rc;
}

static enum rc
walk_lines(struct walk *w, const struct sshd_lines *lines, unsigned flags, bool *active)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < lines->count; i++) {
		const struct sshd_line *l = &lines->lines[i];
		bool before = *active, holds = true;

		if (l->key == SSHD_METHODS && l->args_count && str_eq(l->args[0], STR("any")) && w->set->counts[SSHD_METHODS])
			return FAIL(RC_SYNTAX, "sshd_config: \"any\" behind other methods"); /* wherever it stands */
		if (l->key == SSHD_MATCH) {
			for (size_t k = 0; k < l->conditions_count; k++)
				holds &= condition_holds(&l->conditions[k], flags & NEVER ? NULL : w->peer);
			*active = holds && !(flags & NEVER);
			flags &= ~(unsigned)ONLY;
		} else if (l->key == SSHD_INCLUDE) {
			for (size_t k = 0; k < l->files_count; k++) {
				TRY(walk_lines(w, &l->files[k], flags & ONLY ? ONLY : before ? 0 : NEVER, active));
				*active = before;
			}
		} else if (*active) {
			TRY(set(w, l));
		} else if (!l->in_match && w->peer == NULL) {
			rc = FAIL(RC_SYNTAX, "sshd_config: a Match block sets what only holds for the whole service");
			goto out;
		}
	}
out:
	return rc;
}

static const char *
default_of(enum sshd_key key)
{
	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		if (defaults[i].key == key)
			return defaults[i].value;
	return NULL;
}

/* sshd's own spelling of words that have several. */
static struct str
canonical(enum sshd_key key, struct str s)
{
	static const char *const words[] = { "yes", "no", "any", "inet", "inet6", "without-password", "forced-commands-only", "none", "touch-required", "verify-required" };

	if (key == SSHD_ROOT && s.n == 17 && strncasecmp(s.p, "prohibit-password", 17) == 0)
		return STR("without-password");
	if (key <= SSHD_EMPTY_PASSWORD || key == SSHD_KEY_OPTIONS || key == SSHD_STRICT_MODES || key == SSHD_USE_DNS || key == SSHD_FORCE_COMMAND ||
	    key == SSHD_KEYS_COMMAND || key == SSHD_CA_KEYS || key == SSHD_PRINCIPALS_FILE || key == SSHD_PRINCIPALS_COMMAND || key == SSHD_CHROOT)
		for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
			if (s.n == strlen(words[i]) && strncasecmp(s.p, words[i], s.n) == 0)
				return str_of(words[i]);
	return s;
}

enum rc
sshd_config_for(const struct sshd_config *c, const struct sshd_peer *peer, struct sshd_settings *ret)
{
	struct sshd_settings all = { 0 }, match = { 0 };
	struct walk w = { NULL, &all, c->arena }, m = { peer, &match, c->arena };
	bool active = true;
	enum rc rc = RC_OK;

	TRY(walk_lines(&w, c->main, 0, &active));
	active = false;
	if (peer)
		TRY(walk_lines(&m, c->main, ONLY, &active));
	for (enum sshd_key k = 1; k < SSHD_KEYS; k++) {
		bool global = k == SSHD_PORT || k == SSHD_LISTEN || k == SSHD_FAMILY || k == SSHD_USE_PAM || k == SSHD_STRICT_MODES || k == SSHD_USE_DNS || k == SSHD_CIPHERS ||
		    k == SSHD_MACS || k == SSHD_KEX;

		if (match.counts[k] && !global) {
			all.values[k] = match.values[k];
			all.counts[k] = match.counts[k];
		}
		if (all.counts[k] == 0)
			for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
				if (defaults[i].key == k)
					TRY(append(&w, k, str_of(defaults[i].value)));
		for (size_t i = 0; i < all.counts[k]; i++)
			all.values[k][i] = canonical(k, all.values[k][i]);
	}
	*ret = all;
out:
	return rc;
}

struct str
sshd_value(const struct sshd_settings *s, enum sshd_key key)
{
	return s->counts[key] ? s->values[key][0] : STR_NONE;
}

bool
sshd_yes(const struct sshd_settings *s, enum sshd_key key)
{
	return str_eq(sshd_value(s, key), STR("yes"));
}

/* ---- who may try, and how */

static bool
user_listed(const struct sshd_settings *s, enum sshd_key key, const struct sshd_peer *p)
{
	for (size_t i = 0; i < s->counts[key]; i++)
		if (user_pattern(p->user, p->host.n ? p->host : p->address, &p->address, s->values[key][i]) == LISTED)
			return true;
	return false;
}

static bool
any_group_listed(const struct sshd_settings *s, enum sshd_key key, const struct sshd_peer *p)
{
	for (size_t i = 0; i < s->counts[key]; i++)
		for (size_t k = 0; k < p->groups_count; k++)
			if (pattern_matches(p->groups[k], s->values[key][i]))
				return true;
	return false;
}

bool
sshd_lets_in(const struct sshd_settings *s, const struct sshd_peer *p)
{
	if (user_listed(s, SSHD_DENY_USERS, p) || (s->counts[SSHD_ALLOW_USERS] && !user_listed(s, SSHD_ALLOW_USERS, p)))
		return false;
	return !any_group_listed(s, SSHD_DENY_GROUPS, p) && (s->counts[SSHD_ALLOW_GROUPS] == 0 || any_group_listed(s, SSHD_ALLOW_GROUPS, p));
}

static const struct { const char *name; enum sshd_key key; } methods[] = {
	{ "publickey", SSHD_PUBKEY }, { "password", SSHD_PASSWORD }, { "keyboard-interactive", SSHD_KBD }, { "hostbased", SSHD_HOSTBASED }, { "gssapi-with-mic", SSHD_GSSAPI },
};

static bool
all_enabled(const struct sshd_settings *s, struct str way)
{
	struct str one, name;

	while (str_cut(&way, ',', &one)) {
		bool enabled = str_eq(one, STR("none")); /* always there; it only lets in an empty password */

		(void)str_cut(&one, ':', &name);
		for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
			enabled |= str_eq_c(name, methods[i].name) && sshd_yes(s, methods[i].key);
		if (!enabled)
			return false;
	}
	return true;
}

size_t
sshd_ways(const struct sshd_settings *s, struct str ret[SSHD_WAYS_MAX])
{
	size_t n = 0;

	if (str_eq(sshd_value(s, SSHD_METHODS), STR("any"))) {
		for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
			if (sshd_yes(s, methods[i].key))
				ret[n++] = str_of(methods[i].name);
		return n;
	}
	for (size_t i = 0; i < s->counts[SSHD_METHODS] && n < SSHD_WAYS_MAX; i++)
		if (all_enabled(s, s->values[SSHD_METHODS][i]))
			ret[n++] = s->values[SSHD_METHODS][i];
	return n;
}

static bool
name_listed(struct str list, struct str name)
{
	struct str one;

	while (str_cut(&list, ',', &one))
		if (str_eq(one, name))
			return true;
	return false;
}

struct str
sshd_algorithms(const struct sshd_settings *s, enum sshd_key key, struct arena *arena)
{
	struct str value = sshd_value(s, key), usual = str_of(default_of(key)), parts[2], one;
	char how = value.n ? value.p[0] : 0;
	struct buf b = BUF(65536);
	enum rc rc = RC_OK;

	if (how != '+' && how != '-' && how != '^')
		how = 0;
	value = str_sub(value, how != 0, value.n);
	parts[0] = how == '^' || how == 0 ? value : usual;
	parts[1] = how == '^' ? usual : how == '+' ? value : STR_NONE;
	for (size_t i = 0; i < 2; i++)
		while (str_cut(&parts[i], ',', &one)) {
			if (name_listed(buf_str(&b), one) || (how == '-' && pattern_list(one, value, false) == LISTED))
				continue;
			if (b.n)
				TRY(buf_add(&b, STR(",")));
			TRY(buf_add(&b, one));
		}
	value = arena_dup(arena, buf_str(&b));
out:
	buf_free(&b);
	return rc == RC_OK ? value : STR_NONE;
}

/* ---- every place that makes a difference */

struct places { struct prefix a[PLACES_MAX]; size_t n; };
struct survey { struct places from, to; int64_t ports[64]; size_t ports_n; bool odd; const struct sshd_settings *whole; };

static void
place(struct places *p, const struct prefix *at)
{
	struct prefix one = *at;

	one.bits = one.is6 ? 128 : 32;
	for (size_t i = 0; i < p->n; i++)
		if (prefix_holds(&p->a[i], &one))
			return;
	if (p->n < PLACES_MAX)
		p->a[p->n] = one;
	p->n++; /* one too many is seen by who asks */
}

/* One up or down; false: there is nothing beyond. */
static bool
step(struct prefix *p, bool up)
{
	for (int i = p->is6 ? 15 : 3; i >= 0; i--) {
		p->at[i] = (unsigned char)(p->at[i] + (up ? 1 : -1));
		if (p->at[i] != (up ? 0 : 255))
			return true;
	}
	return false;
}

/* The ends of a prefix and what lies just outside: each set of prefixes tells apart only what these stand for. */
static void
place_ends(struct places *p, const struct prefix *net)
{
	struct prefix at = *net;

	place(p, &at);
	if (step(&at, false))
		place(p, &at);
	at = *net;
	for (unsigned i = net->bits; i < (net->is6 ? 128u : 32u); i++)
		at.at[i / 8] |= (unsigned char)(0x80 >> i % 8);
	place(p, &at);
	if (step(&at, true))
		place(p, &at);
}

static void
places_of(struct survey *s, struct places *p, struct str list, bool names_too)
{
	struct str one;
	struct prefix net;

	while (str_cut(&list, ',', &one)) {
		one = str_sub(one, one.n && one.p[0] == '!', one.n);
		if (prefix_parse(one, &net) == RC_OK)
			place_ends(p, &net);
		else if (!str_eq(one, STR("*")) && (!names_too || sshd_yes(s->whole, SSHD_USE_DNS) || memchr(one.p, '*', one.n) || memchr(one.p, '?', one.n)))
			s->odd = true; /* without reverse names the host is the address itself, so a plain name matches nobody */
	}
}

static void
survey_line(struct survey *s, const struct sshd_line *l)
{
	for (size_t i = 0; i < l->conditions_count; i++) {
		const struct sshd_condition *c = &l->conditions[i];

		if (c->criterion == CRITERION_ADDRESS || c->criterion == CRITERION_HOST)
			places_of(s, &s->from, c->list, c->criterion == CRITERION_HOST);
		else if (c->criterion == CRITERION_LOCAL_ADDRESS)
			places_of(s, &s->to, c->list, false);
		else if (c->criterion == CRITERION_LOCAL_PORT && s->ports_n < 64)
			s->ports[s->ports_n++] = c->port;
		s->odd |= c->criterion == CRITERION_RDOMAIN || s->ports_n == 64;
	}
	for (size_t i = 0; i < l->args_count && (l->key == SSHD_ALLOW_USERS || l->key == SSHD_DENY_USERS); i++) {
		const char *at = memchr(l->args[i].p, '@', l->args[i].n);

		if (at)
			places_of(s, &s->from, str_sub(l->args[i], (size_t)(at - l->args[i].p) + 1, l->args[i].n), true);
	}
}

static void
survey_lines(struct survey *s, const struct sshd_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++) {
		survey_line(s, &lines->lines[i]);
		for (size_t k = 0; k < lines->lines[i].files_count; k++)
			survey_lines(s, &lines->lines[i].files[k]);
	}
}

enum rc
sshd_config_each(const struct sshd_config *c, const struct sshd_peer *who, sshd_take *take, void *context)
{
	struct sshd_settings whole, here;
	struct survey *s = arena_get(c->arena, sizeof(*s));
	struct prefix other;
	int64_t port;
	enum rc rc = RC_OK;

	if (s == NULL)
		return FAIL(RC_LIMIT, "no room");
	TRY(sshd_config_for(c, NULL, &whole));
	s->whole = &whole;
	survey_lines(s, c->main);
	for (size_t i = 0; i < c->places_count; i++)
		place_ends(&s->from, &c->places[i]);
	for (size_t i = 0; i < 2; i++)
		if (address_parse(i ? STR("2001:db8:ffff:ffff:ffff:ffff:ffff:fffe") : STR("203.0.113.254"), &other) == RC_OK) {
			place(&s->from, &other); /* from documentation: stands for whatever no line names */
			place(&s->to, &other);
		}
	for (size_t i = 0; i < whole.counts[SSHD_PORT] && s->ports_n < 64; i++)
		if (num_parse(whole.values[SSHD_PORT][i], 1, 65535, &port) == RC_OK)
			s->ports[s->ports_n++] = port;
	if (s->odd || s->from.n > PLACES_MAX || s->to.n > PLACES_MAX || s->from.n * s->to.n * s->ports_n > PEERS_MAX)
		return FAIL(RC_LIMIT, "sshd_config: who comes from where cannot be listed");
	for (size_t i = 0; i < s->from.n * s->to.n * s->ports_n; i++) {
		const struct prefix *from = &s->from.a[i % s->from.n], *to = &s->to.a[i / s->from.n % s->to.n];
		struct sshd_peer p = *who;

		if (from->is6 != to->is6)
			continue;
		p.address = p.host = prefix_text(from, c->arena);
		p.local_address = prefix_text(to, c->arena);
		p.local_port = (uint16_t)s->ports[i / s->from.n / s->to.n];
		TRY(sshd_config_for(c, &p, &here));
		TRY(take(context, &p, &here));
	}
out:
	return rc;
}
