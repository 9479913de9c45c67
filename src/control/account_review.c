// SPDX-License-Identifier: Apache-2.0
/*
 * account-review - was the need of every account confirmed once in each half of the contract year (April, October)?
 *
 * The register "account-review" has a row a review, "account-review-item" a row an account of it with keep or remove and
 * the reason. Accounts that other registers had declared when the review began must stand in it; what was to be removed
 * must be gone from them within the days allowed.
 */
#include "control/control.h"

#include "base/time_text.h"
#include "control/given.h"
#include "message/messages.h"

static const struct param_def params[] = { { "remove_days", "days", 0, 366, 14 } };

/* Where accounts are declared, and the field that names one. */
static const struct { const char *account, *place, *since; } declared[] = {
	{ "os_account.account", "os_account.machine", "os_account.since" }, { "special_account.name", NULL, "special_account.since" }, { "door_card.number", NULL, "door_card.since" }, { "key.name", NULL, "key.since" },
};

/* Halves of contract years, counted: April to September, October to March. */
static int64_t
half_of(int64_t at_us)
{
	struct civil t = time_civil(at_us);

	return t.year * 2 + (t.month >= 10) - (t.month < 4);
}

static uint32_t
newest_closed(const struct facts *f, int64_t now_us)
{
	uint32_t newest = 0;
	int64_t at, best = 0;

	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		at = given_date(f, row, "account_review.closed_on");
		if (at > best && at <= now_us) {
			best = at;
			newest = row;
		}
	}
	return newest;
}

/* Is this what the item calls the account: by its name, with its place behind it where it has one? */
static bool
called(struct str item, struct str account, struct str place)
{
	return str_eq(item, account) || (place.n && item.n == account.n + 1 + place.n && str_starts(item, account) && item.p[account.n] == '@' && str_ends(item, place));
}

/* The row of the review about an account; 0: none. */
static uint32_t
item_of(const struct facts *f, struct str review, struct str account, struct str place)
{
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		if (account.n && called(fact_s(f, row, "account_review_item.account"), account, place) && str_eq(fact_s(f, row, "account_review_item.review"), review))
			return row;
	return 0;
}

static void
say(struct finding *ret, enum verdict verdict, uint16_t message, struct str review, struct str account)
{
	finding_set(ret, verdict, message);
	finding_text(ret, "review", review);
	finding_text(ret, "account", account);
}

/* Rows of the review without a decision, a reason or a count. */
static bool
undecided(const struct facts *f, struct str review, int64_t *count, struct str *first)
{
	int64_t open = 0;

	for (uint32_t row = 1; row <= fact_rows(f); row++) {
		if (!str_eq(fact_s(f, row, "account_review_item.review"), review) || review.n == 0)
			continue;
		++*count;
		if ((fact_s(f, row, "account_review_item.decision").n == 0 || fact_s(f, row, "account_review_item.reason").n == 0) && open++ == 0)
			*first = fact_s(f, row, "account_review_item.account");
	}
	return open > 0;
}

/* What was signed here waits for the client's answer to exactly that list. */
static bool
unconfirmed(const struct facts *f, uint32_t newest, struct str review, struct finding *ret)
{
	struct str hash = fact_s(f, newest, "account_review.sha256"), answer = STR_NONE;

	for (uint32_t row = 1; row <= fact_rows(f) && hash.n; row++)
		if (str_eq(fact_s(f, row, "account_review_answer.sha256"), hash) && str_eq(fact_s(f, row, "account_review_answer.review"), review))
			answer = fact_s(f, row, "account_review_answer.decision");
	if (hash.n == 0 || str_eq(answer, STR("yes")))
		return false;
	say(ret, VERDICT_UNKNOWN, answer.n ? MSG_ACCOUNT_REVIEW_RETURNED : MSG_ACCOUNT_REVIEW_UNCONFIRMED, review, STR_NONE);
	return true;
}

/*= S-3-2 */
static void
judge(const struct facts *f, const struct params *p, int64_t now_us, struct finding *ret)
{
	uint32_t newest = newest_closed(f, now_us);
	struct str review = newest ? fact_s(f, newest, "account_review.name") : STR_NONE, first = STR_NONE;
	int64_t count = 0, opened = newest ? given_date(f, newest, "account_review.opened_on") : 0, closed = newest ? given_date(f, newest, "account_review.closed_on") : 0;

	if (newest == 0 || opened == 0 || opened > closed) {
		finding_set(ret, VERDICT_UNKNOWN, MSG_ACCOUNT_REVIEW_NONE);
		return;
	}
	if (half_of(now_us) - half_of(closed) > 1) {
		say(ret, VERDICT_FAIL, MSG_ACCOUNT_REVIEW_OVERDUE, review, STR_NONE);
		finding_int(ret, "closed", closed);
		return;
	}
	if (undecided(f, review, &count, &first)) {
		say(ret, VERDICT_FAIL, MSG_ACCOUNT_REVIEW_UNDECIDED, review, first);
		return;
	}
	for (uint32_t row = 1; row <= fact_rows(f); row++)
		for (size_t i = 0; i < sizeof(declared) / sizeof(declared[0]); i++) {
			struct str account = fact_s(f, row, declared[i].account);
			uint32_t item = item_of(f, review, account, declared[i].place ? fact_s(f, row, declared[i].place) : STR_NONE);

			if (account.n == 0)
				continue;
			if (item == 0 && fact_n(f, row, declared[i].since, 0) < opened) {
				say(ret, VERDICT_FAIL, MSG_ACCOUNT_REVIEW_LEFT_OUT, review, account);
				return;
			}
			if (item && str_eq(fact_s(f, item, "account_review_item.decision"), STR("remove")) && fact_n(f, row, declared[i].since, 0) < closed + DAY_US &&
			    now_us >= closed + (param_n(p, "remove_days") + 1) * DAY_US) {
				say(ret, VERDICT_FAIL, MSG_ACCOUNT_REVIEW_STILL_THERE, review, account);
				finding_int(ret, "days", param_n(p, "remove_days"));
				return;
			}
		}
	if (count == 0) {
		say(ret, VERDICT_UNKNOWN, MSG_ACCOUNT_REVIEW_EMPTY, review, STR_NONE);
		return;
	}
	if (unconfirmed(f, newest, review, ret))
		return;
	finding_set(ret, VERDICT_PASS, MSG_ACCOUNT_REVIEW_DONE);
	finding_text(ret, "review", review);
	finding_int(ret, "count", count);
	finding_int(ret, "closed", closed);
}

static const char *const registers[] = { "account-review", "account-review-item", "account-review-answer", "os-account", "special-account", "door-card", "key", NULL };

const struct control control_account_review = {
	.id = "account-review", .params = params, .params_count = 1, .subject = SUBJECT_CONTRACT, .by = LOOK_BY_CORE, .every_s = 3600, .timeout_ms = 5000, .registers = registers, .judge = judge,
};
