// SPDX-License-Identifier: Apache-2.0
/* message - finds a sentence by number and fills its {arguments}. */
#include "message/table.h"

#include "base/time_text.h"

enum lang
lang_of(struct str name)
{
	return str_eq_c(name, "en") ? LANG_EN : LANG_JA;
}

const char *
lang_name(enum lang lang)
{
	return lang == LANG_EN ? "en" : "ja";
}

static const struct message_row *
row_of(unsigned number)
{
	size_t low = 0, high = message_rows_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (message_rows[mid].number < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low < message_rows_count && message_rows[low].number == number ? &message_rows[low] : NULL;
}

static enum rc
add_argument(struct str spec, const struct finding_arg *args, size_t count, struct buf *ret)
{
	struct str name = STR_NONE;

	if (!str_cut(&spec, ':', &name))
		return buf_add_byte(ret, '?');
	for (size_t i = 0; i < count; i++) {
		if (!str_eq_c(name, args[i].name))
			continue;
		if (args[i].is_text)
			return buf_add(ret, args[i].text);
		if (str_eq_c(spec, "time"))
			return time_minute(ret, args[i].n);
		if (str_eq_c(spec, "date")) {
			struct civil day = time_civil(args[i].n);

			return buf_addf(ret, "%04d-%02d-%02d", day.year, day.month, day.day);
		}
		if (str_eq_c(spec, "tenths")) { /* of thousandths, rounded half away from zero */
			int64_t n = args[i].n < 0 ? -args[i].n : args[i].n, tenths = n / 100 + (n % 100 >= 50);

			return buf_addf(ret, "%s%lld.%lld", args[i].n < 0 && tenths ? "-" : "", (long long)(tenths / 10), (long long)(tenths % 10));
		}
		return buf_addf(ret, "%lld", (long long)args[i].n);
	}
	return buf_add_byte(ret, '?');
}

/* fill: copies the sentence, each {argument} replaced; texts of arguments are never read again. */
static enum rc
fill(struct str text, const struct finding_arg *args, size_t count, struct buf *ret)
{
	enum rc rc = RC_OK;
	size_t open, close;

	while (str_find(text, STR("{"), &open)) {
		struct str rest = str_sub(text, open + 1, text.n);

		if (!str_find(rest, STR("}"), &close))
			break;
		TRY(buf_add(ret, str_sub(text, 0, open)));
		TRY(add_argument(str_sub(rest, 0, close), args, count, ret));
		text = str_sub(rest, close + 1, rest.n);
	}
	TRY(buf_add(ret, text));
out:
	return rc;
}

bool
message_known(unsigned number)
{
	return row_of(number) != NULL;
}

enum rc
message_text(unsigned number, enum lang lang, const struct finding_arg *args, size_t count, struct buf *ret)
{
	const struct message_row *row = row_of(number);

	if (!row)
		return FAIL(RC_NOTFOUND, "no message has the number T-%u", number);
	return fill(str_of(row->text[lang]), args, count, ret);
}

enum rc
message_next(unsigned number, enum lang lang, const struct finding_arg *args, size_t count, struct buf *ret)
{
	const struct message_row *row = row_of(number);

	if (!row)
		return FAIL(RC_NOTFOUND, "no message has the number T-%u", number);
	return fill(str_of(row->next[lang]), args, count, ret);
}

enum rc
message_line(unsigned number, enum lang lang, const struct finding_arg *args, size_t count, struct buf *ret)
{
	const struct message_row *row = row_of(number);
	enum rc rc = RC_OK;

	if (!row)
		return FAIL(RC_NOTFOUND, "no message has the number T-%u", number);
	TRY(buf_addf(ret, "T-%u ", number));
	TRY(fill(str_of(row->text[lang]), args, count, ret));
	if (row->next[lang][0] && lang == LANG_EN)
		TRY(buf_add_byte(ret, ' '));
	TRY(fill(str_of(row->next[lang]), args, count, ret));
out:
	return rc;
}

const char *
message_plain(enum msg number, enum lang lang)
{
	const struct message_row *row = row_of(number);

	return row ? row->text[lang] : "";
}

const char *
word_act(enum act act, enum lang lang)
{
	return (unsigned)act < ACT_COUNT && act_words[act].name[lang] ? act_words[act].name[lang] : "";
}

const char *
word_act_menu(enum act act, enum lang lang)
{
	return (unsigned)act < ACT_COUNT && act_words[act].menu[lang] ? act_words[act].menu[lang] : "";
}
