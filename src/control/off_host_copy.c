// SPDX-License-Identifier: Apache-2.0
/*
 * off-host-copy - does a backup repository lie on another machine?
 *
 * Seen from the mounts: a network file system of another server is PASS, the
 * system's own disk or memory is FAIL, whatever was declared. Another local
 * disk may stand anywhere (iSCSI, a cable): UNKNOWN, unless it was declared to
 * be here. A server of which only a name is known is looked up in DNS: one of our own
 * addresses is this machine, no answer is UNKNOWN. A repository here is fine when others that lie elsewhere cover, by
 * what is declared of each, all that it covers; what covers less is no copy of it.
 */
#include "control/backup.h"
#include "control/dns.h"
#include "control/given.h"
#include "control/place.h"
#include "message/messages.h"

#define MOUNTS_BYTES (1 << 20)
#define TRIE_BYTES   (4 << 20)
#define HOSTS_BYTES  (1 << 20)
#define NAMES_MAX    SNAPSHOTS_MAX
#define CONF_BYTES   65536
#define PLACES_MAX   64

struct view { const struct host *host; struct arena *arena; struct str mounts, name; struct own_addresses own; bool dns_silent; };

static enum rc
read_into(const struct host *h, struct arena *arena, const char *path, size_t max, struct str *ret)
{
	struct buf b = BUF(max);
	enum rc rc = host_read(h, path, max, &b);

	if (rc == RC_OK) {
		*ret = arena_dup(arena, buf_str(&b));
		rc = ret->p ? RC_OK : FAIL(RC_LIMIT, "%s: no room", path);
	}
	buf_free(&b);
	return rc;
}

/* A link on the way would lead off the mount we would look at. */
static enum rc
has_link(struct view *v, struct str path, bool *ret)
{
	*ret = false;
	for (size_t i = 1; i <= path.n; i++) {
		struct buf to = BUF(4096);
		enum rc rc;

		if (i < path.n && path.p[i] != '/')
			continue;
		rc = host_link(v->host, arena_cstr(v->arena, str_sub(path, 0, i)), &to);
		buf_free(&to);
		if (rc == RC_OK) {
			*ret = true;
			return RC_OK;
		}
		rc_trail_clear();
	}
	return RC_OK;
}

/* "network", … of place.h; "link", "absent", "empty", "denied". */
static enum rc
word_of(struct view *v, struct str path, struct place *place, const char **ret)
{
	struct str config = arena_f(v->arena, STR_FMT "/config", STR_ARG(path)), folder = arena_f(v->arena, STR_FMT "/snapshots", STR_ARG(path)), *names;
	struct host_stat st;
	bool link = false;
	size_t n = 0;
	enum rc rc;

	*place = (struct place){ PLACE_UNKNOWN, STR_NONE, STR_NONE, STR_NONE };
	*ret = "denied";
	if (config.p == NULL || folder.p == NULL || path.p[0] != '/')
		return FAIL(RC_LIMIT, "no room, or no path");
	rc = has_link(v, path, &link);
	if (rc != RC_OK)
		return rc;
	if (link) {
		*ret = "link";
		return RC_OK;
	}
	if (host_stat(v->host, config.p, &st) != RC_OK) {
		rc_trail_clear();
		return RC_OK;
	}
	rc = st.exists ? host_list(v->host, folder.p, NAMES_MAX, v->arena, &names, &n) : RC_OK;
	rc_trail_clear();
	if (rc != RC_OK && rc != RC_LIMIT && rc != RC_NOTFOUND) /* too many to count are enough */
		return RC_OK;
	*ret = !st.exists ? "absent" : rc != RC_LIMIT && n == 0 ? "empty" : NULL;
	if (*ret)
		return RC_OK;
	rc = place_find(v->mounts, path, v->name, &v->own, v->arena, place);
	*ret = place_words[place->kind];
	return rc;
}

struct seen { struct str name, covers; struct place place; const char *word; };

/* Behind all files: from the first question on none opens. */
static void
resolve(struct view *v, const struct dns_servers *servers, struct seen *seen)
{
	struct dns_addresses found = { .count = 0 };
	enum rc rc;

	if (seen->place.kind != PLACE_NAMED)
		return;
	rc = v->dns_silent ? RC_TIMEOUT : dns_resolve(v->host, servers, seen->place.server, &found);
	v->dns_silent |= rc == RC_TIMEOUT; /* asked once is enough */
	seen->word = rc == RC_OK ? place_words[PLACE_NETWORK] : "unresolved";
	for (size_t i = 0; i < found.count; i++)
		if (own_addresses_have(&v->own, found.list[i]))
			seen->word = place_words[PLACE_ITSELF];
	rc_trail_clear();
}

static enum rc
look(const struct host *h, const struct subject *s, struct facts *f)
{
	static const struct facts nothing = { .list = NULL };
	const struct facts *given = s->given ? s->given : &nothing;
	struct arena arena = ARENA(32 << 20);
	struct view v = { .host = h, .arena = &arena };
	struct str trie = STR_NONE, inet6 = STR_NONE, hosts = STR_NONE, path = fact_s(given, 0, "own.path");
	struct seen *all = arena_get(&arena, (PLACES_MAX + 1) * sizeof(*all));
	struct dns_servers servers;
	struct str conf = STR_NONE;
	uint32_t row = 0;
	size_t count = 1;
	enum rc rc = RC_OK;

	if (path.n == 0)
		goto out;
	if (all == NULL)
		TRY(FAIL(RC_LIMIT, "no room for the places"));
	rc = read_into(h, &arena, "/proc/1/mountinfo", MOUNTS_BYTES, &v.mounts); /* not this process's own view */
	if (rc != RC_OK)
		rc = read_into(h, &arena, "/proc/self/mountinfo", MOUNTS_BYTES, &v.mounts);
	TRY(rc);
	if (read_into(h, &arena, "/etc/hostname", 256, &v.name) != RC_OK)
		rc_trail_clear();
	if (read_into(h, &arena, "/proc/net/fib_trie", TRIE_BYTES, &trie) != RC_OK)
		rc_trail_clear();
	if (read_into(h, &arena, "/proc/net/if_inet6", TRIE_BYTES, &inet6) != RC_OK)
		rc_trail_clear();
	if (read_into(h, &arena, "/etc/hosts", HOSTS_BYTES, &hosts) != RC_OK)
		rc_trail_clear();
	v.name = str_trim(v.name);
	own_addresses_read(trie, inet6, &arena, &v.own);
	own_names_read(hosts, &arena, &v.own);
	if (read_into(h, &arena, "/etc/resolv.conf", CONF_BYTES, &conf) != RC_OK)
		rc_trail_clear();
	dns_servers_read(conf, &servers);
	TRY(word_of(&v, path, &all[0].place, &all[0].word));
	for (uint32_t i = 1; i <= fact_rows(given); i++) {
		struct str other = fact_s(given, i, "repository.path");

		if (other.n == 0 || str_eq(other, path))
			continue;
		if (count > PLACES_MAX) {
			f->overflow = true;
			break;
		}
		all[count] = (struct seen){ .name = fact_s(given, i, "repository.name"), .covers = fact_s(given, i, "repository.covers") };
		TRY(word_of(&v, other, &all[count].place, &all[count].word));
		count++;
	}
	for (size_t i = 0; i < count; i++)
		resolve(&v, &servers, &all[i]);
	fact_text(f, 0, "place", str_of(all[0].word));
	if (all[0].place.type.n) {
		fact_text(f, 0, "source", all[0].place.source);
		fact_text(f, 0, "type", all[0].place.type);
	}
	for (size_t i = 1; i < count; i++) {
		fact_text(f, ++row, "name", all[i].name);
		fact_text(f, row, "place", str_of(all[i].word));
		if (all[i].covers.n)
			fact_text(f, row, "covers", all[i].covers);
	}
out:
	arena_free(&arena);
	return rc;
}

enum copy { COPY_NONE, COPY_UNSAID /* what one of them covers is declared nowhere */, COPY_WHOLE };

/* Do others in such places hold this part of what the repository covers? */
static enum copy
part_copied(const struct facts *f, struct str part, const char *const *places)
{
	enum copy copy = COPY_NONE;

	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		struct str place = fact_s(f, row, "place"), covers = fact_s(f, row, "covers");

		for (size_t i = 0; places[i]; i++)
			if (str_eq_c(place, places[i])) {
				if (part.n && list_has(covers, part))
					return COPY_WHOLE;
				copy = part.n == 0 || covers.n == 0 ? COPY_UNSAID : copy;
			}
	}
	return copy;
}

static enum copy
copied(const struct facts *f, const char *const *places)
{
	struct str rest = fact_s(f, 0, "own.covers"), part = STR_NONE;
	enum copy copy = COPY_WHOLE;

	if (!list_next(&rest, &part))
		return part_copied(f, STR_NONE, places);
	do {
		enum copy one = part_copied(f, part, places);

		copy = one < copy ? one : copy;
	} while (list_next(&rest, &part));
	return copy;
}

/*= S-8-1 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	struct str place = f->overflow ? STR_NONE : fact_s(f, 0, "place");
	bool here = str_eq(place, STR("system-disk")) || str_eq(place, STR("memory")) || str_eq(place, STR("itself"));
	static const char *const elsewhere[] = { "network", NULL }, *const maybe[] = { "network", "other-disk", "unknown", "denied", "link", "unresolved", NULL };
	enum copy copy = copied(f, elsewhere);
	uint32_t other = 0; /* the last that lies elsewhere */

	(void)p;
	(void)now_us;
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		other = str_eq(fact_s(f, row, "place"), STR("network")) ? row : other;
	here |= str_eq(place, STR("other-disk")) && given_no(f, 0, "own.off_host");
	if (place.n == 0) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_OFF_HOST_NO_ANSWER);
	} else if (str_eq(place, STR("absent")) || str_eq(place, STR("empty"))) {
		finding_set(ret, VERDICT_FAIL, MSG_OFF_HOST_NOTHING_THERE);
		finding_text(ret, "path", fact_s(f, 0, "own.path"));
	} else if (str_eq(place, STR("network"))) {
		finding_set(ret, VERDICT_PASS, MSG_OFF_HOST_ELSEWHERE);
		finding_text(ret, "source", fact_s(f, 0, "source"));
		finding_text(ret, "type", fact_s(f, 0, "type"));
	} else if (copy != COPY_NONE) {
		finding_set(ret, copy == COPY_WHOLE ? VERDICT_NOT_APPLICABLE : VERDICT_UNKNOWN, copy == COPY_WHOLE ? MSG_OFF_HOST_ANOTHER : MSG_OFF_HOST_COVERS_UNSAID);
		finding_text(ret, "name", fact_s(f, other, "name"));
	} else if (here && other && copied(f, maybe) == COPY_NONE) {
		finding_set(ret, VERDICT_FAIL, MSG_OFF_HOST_COVERS_LESS);
		finding_text(ret, "name", fact_s(f, other, "name"));
		finding_text(ret, "covers", fact_s(f, 0, "own.covers"));
	} else if (here && copied(f, maybe) == COPY_NONE) {
		finding_set(ret, VERDICT_FAIL, MSG_OFF_HOST_HERE);
		finding_text(ret, "source", fact_s(f, 0, "source"));
		finding_text(ret, "type", fact_s(f, 0, "type"));
	} else if (str_eq(place, STR("unresolved"))) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_OFF_HOST_UNRESOLVED);
		finding_text(ret, "source", fact_s(f, 0, "source"));
		finding_text(ret, "type", fact_s(f, 0, "type"));
	} else {
		finding_set(ret, VERDICT_UNKNOWN, str_eq(place, STR("link")) ? MSG_OFF_HOST_LINK : MSG_OFF_HOST_UNSEEN);
		finding_text(ret, "path", fact_s(f, 0, "own.path"));
		finding_text(ret, "type", fact_s(f, 0, "type"));
	}
}

static const char *const registers[] = { "repository", NULL };

const struct control control_off_host_copy = {
	.id = "off-host-copy", .subject = SUBJECT_REPOSITORY, .by = LOOK_BY_READER, .reader = 20, .every_s = 6 * 3600, .timeout_ms = 20000, .registers = registers, .look = look, .judge = judge,
};
