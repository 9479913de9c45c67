// SPDX-License-Identifier: Apache-2.0
/* Lines of a maker's list into rows; what is wrong is said of its line and never repeats a seed. */
#include "auth/generator_list.h"

#include <string.h>

#include "base/num.h"
#include "form/csv.h"

enum column { COLUMN_SERIAL, COLUMN_SEED, COLUMN_DIGITS, COLUMN_PERIOD, COLUMN_ALGORITHM, COLUMN_COUNT };
static const char *const heads[COLUMN_COUNT] = { "serial", "seed", "digits", "period", "algorithm" };
static const char *const algorithms[] = { [TOTP_SHA1] = "SHA1", [TOTP_SHA256] = "SHA256", [TOTP_SHA512] = "SHA512" };

const char *
totp_algorithm_name(enum totp_algorithm a)
{
	return a >= TOTP_SHA1 && a <= TOTP_SHA512 ? algorithms[a] : "";
}

bool
generator_serial_ok(struct str s)
{
	bool good = s.n >= 1 && s.n <= GENERATOR_SERIAL_MAX;

	for (size_t i = 0; good && i < s.n; i++)
		good = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'A' && s.p[i] <= 'Z') || (s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '-';
	return good;
}

/* Letters of either case, blanks between groups, padding behind; whole bytes only. */
static bool
base32_read(struct str s, uint8_t to[GENERATOR_SEED_MAX], size_t *ret_n)
{
	uint32_t bits = 0;
	size_t n = 0;
	int have = 0;

	while (s.n && s.p[s.n - 1] == '=')
		s.n--;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i] >= 'a' && s.p[i] <= 'z' ? (char)(s.p[i] - 32) : s.p[i];
		uint32_t v = c >= 'A' && c <= 'Z' ? (uint32_t)(c - 'A') : c >= '2' && c <= '7' ? (uint32_t)(c - '2' + 26) : 32;

		if (c == ' ')
			continue;
		if (v == 32)
			return false;
		bits = (bits << 5 | v) & 0xfff;
		have += 5;
		if (have >= 8) {
			if (n == GENERATOR_SEED_MAX)
				return false;
			to[n++] = (uint8_t)(bits >> (have - 8));
			have -= 8;
		}
	}
	*ret_n = n;
	return have < 5 && (bits & ((1u << have) - 1)) == 0;
}

static bool
hex_read(struct str s, uint8_t to[GENERATOR_SEED_MAX], size_t *ret_n)
{
	char digits[2 * GENERATOR_SEED_MAX];
	size_t n = 0;
	bool good = true;

	for (size_t i = 0; i < s.n && good; i++) {
		char c = s.p[i] >= 'A' && s.p[i] <= 'F' ? (char)(s.p[i] + 32) : s.p[i];

		if (c == ' ')
			continue;
		good = n < sizeof(digits);
		if (good)
			digits[n++] = c;
	}
	good = good && n % 2 == 0 && hex_decode((struct str){ digits, n }, to, n / 2) == RC_OK;
	*ret_n = n / 2;
	wipe(digits, sizeof(digits));
	rc_trail_clear();
	return good;
}

static const char *
seed_read(struct str s, struct generator_row *row)
{
	struct str hex = STR("hex:"), base32 = STR("base32:");
	uint8_t other[GENERATOR_SEED_MAX];
	size_t other_n = 0;
	bool as_hex, as_base32;

	if (str_starts(s, hex))
		as_hex = hex_read(str_sub(s, hex.n, s.n), row->seed, &row->seed_n), as_base32 = false;
	else if (str_starts(s, base32))
		as_base32 = base32_read(str_sub(s, base32.n, s.n), row->seed, &row->seed_n), as_hex = false;
	else {
		as_hex = hex_read(s, other, &other_n) && other_n >= GENERATOR_SEED_MIN;
		as_base32 = base32_read(s, row->seed, &row->seed_n) && row->seed_n >= GENERATOR_SEED_MIN;
		if (as_hex && !as_base32) {
			memcpy(row->seed, other, other_n);
			row->seed_n = other_n;
		}
		wipe(other, sizeof(other));
		if (as_hex && as_base32)
			return "シードが base32 とも16進とも読めます。先頭に base32: か hex: を付けてください / the seed reads as base32 and as hexadecimal: put base32: or hex: in front";
	}
	if (!as_hex && !as_base32)
		return "シードが base32 でも16進でもありません / the seed is neither base32 nor hexadecimal";
	if (row->seed_n < GENERATOR_SEED_MIN || row->seed_n > GENERATOR_SEED_MAX)
		return "シードは16〜64バイトです / a seed has 16 to 64 bytes";
	return NULL;
}

static const char *
kind_read(const struct str *cells, struct totp_kind *ret)
{
	int64_t digits = TOTP_DIGITS, period = TOTP_STEP_S;
	struct str algorithm = cells[COLUMN_ALGORITHM];

	*ret = (struct totp_kind){ 0, 0, TOTP_SHA1 };
	if (cells[COLUMN_DIGITS].n && num_parse(cells[COLUMN_DIGITS], 6, TOTP_DIGITS_MAX, &digits) != RC_OK) {
		rc_trail_clear();
		return "桁数は6〜8です / digits are 6 to 8";
	}
	if (cells[COLUMN_PERIOD].n && (num_parse(cells[COLUMN_PERIOD], 30, 60, &period) != RC_OK || (period != 30 && period != 60))) {
		rc_trail_clear();
		return "間隔は30か60秒です / the period is 30 or 60 seconds";
	}
	ret->digits = (int)digits;
	ret->period_s = (int)period;
	for (enum totp_algorithm a = TOTP_SHA1; algorithm.n && a <= TOTP_SHA512 + 1; a++) {
		if (a > TOTP_SHA512)
			return "方式は SHA1、SHA256、SHA512 のどれかです / the algorithm is SHA1, SHA256 or SHA512";
		ret->algorithm = a;
		if (str_eq_c(algorithm, algorithms[a]))
			break;
	}
	return NULL;
}

static const char *
row_read(const struct csv_row *line, const struct generator_list *before, struct generator_row *row)
{
	struct str cells[COLUMN_COUNT] = { STR_NONE };
	const char *wrong;

	for (size_t i = 0; i < COLUMN_COUNT && i < line->count; i++)
		cells[i] = str_trim(line->cells[i]);
	if (!generator_serial_ok(cells[COLUMN_SERIAL]))
		return "製造番号は英数字とハイフンで32文字までです / a serial is letters, digits and hyphens, 32 at most";
	memcpy(row->serial, cells[COLUMN_SERIAL].p, cells[COLUMN_SERIAL].n);
	if (line->count > COLUMN_COUNT)
		return "列が多すぎます / too many columns";
	for (size_t i = 0; i < before->count; i++)
		if (strcmp(before->rows[i].serial, row->serial) == 0)
			return "同じ製造番号が上の行にあります / the same serial stands above";
	wrong = seed_read(cells[COLUMN_SEED], row);
	return wrong ? wrong : kind_read(cells, &row->kind);
}

enum rc
generator_list_read(struct str csv, struct arena *arena, struct generator_list *ret)
{
	struct generator_list list = { 0 };
	struct csv table;
	enum rc rc = RC_OK;

	TRY(csv_parse(csv, arena, &table));
	for (size_t i = 0; table.count == 0 || i < COLUMN_COUNT; i++)
		if (table.count == 0 || i >= table.rows[0].count || !str_eq_c(str_trim(table.rows[0].cells[i]), heads[i]))
			return FAIL(RC_SYNTAX, "1行目は serial,seed,digits,period,algorithm です / the first line is serial,seed,digits,period,algorithm");
	if (table.count < 2)
		return FAIL(RC_SYNTAX, "トークンが1件もありません / the list names no token");
	if (table.count - 1 > GENERATORS_MAX)
		return FAIL(RC_LIMIT, "一度に取り込めるのは%d件までです / %d tokens at most at once", GENERATORS_MAX, GENERATORS_MAX);
	list.rows = arena_get(arena, (table.count - 1) * sizeof(*list.rows));
	if (list.rows == NULL)
		return FAIL(RC_LIMIT, "no room for the list");
	for (size_t i = 1; i < table.count; i++) {
		struct generator_row *row = &list.rows[list.count];

		row->line = table.rows[i].line;
		row->wrong = row_read(&table.rows[i], &list, row);
		list.wrong += row->wrong != NULL;
		list.count++;
	}
	*ret = list;
out:
	return rc;
}

void
generator_list_wipe(struct generator_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		wipe(list->rows[i].seed, sizeof(list->rows[i].seed));
}
