// SPDX-License-Identifier: Apache-2.0
#include "form/sniff.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

#define NAME_CHARS_MAX   120
#define MEMBERS_MAX      2000
#define UNPACKED_MAX     (UINT64_C(64) << 20)
#define END_RECORD       22
#define DIRECTORY_RECORD 46

enum kind { KIND_NONE = 0, KIND_PDF, KIND_PNG, KIND_JPEG, KIND_TIFF, KIND_OFFICE, KIND_TEXT };
static const struct { enum kind kind; const char *folder; struct sniffed is; } kinds[] = {
	{ KIND_PDF, NULL, { "pdf", "application/pdf" } },
	{ KIND_PNG, NULL, { "png", "image/png" } },
	{ KIND_JPEG, NULL, { "jpg", "image/jpeg" } },
	{ KIND_JPEG, NULL, { "jpeg", "image/jpeg" } },
	{ KIND_TIFF, NULL, { "tif", "image/tiff" } },
	{ KIND_TIFF, NULL, { "tiff", "image/tiff" } },
	{ KIND_OFFICE, "xl/", { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" } },
	{ KIND_OFFICE, "word/", { "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document" } },
	{ KIND_OFFICE, "ppt/", { "pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation" } },
	{ KIND_TEXT, NULL, { "csv", "text/csv; charset=utf-8" } },
	{ KIND_TEXT, NULL, { "txt", "text/plain; charset=utf-8" } },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static enum kind
kind_of(struct str b)
{
	static const struct { enum kind kind; const char *magic; size_t n; } magics[] = {
		{ KIND_PDF, "%PDF-", 5 }, { KIND_PNG, "\x89PNG\r\n\x1a\n", 8 }, { KIND_JPEG, "\xff\xd8\xff", 3 }, { KIND_TIFF, "II*\0", 4 }, { KIND_TIFF, "MM\0*", 4 }, { KIND_OFFICE, "PK\x03\x04", 4 },
	};
	struct str rest = b, line;
	struct text text;

	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (b.n >= magics[i].n && memcmp(b.p, magics[i].magic, magics[i].n) == 0)
			return magics[i].kind;
	if (str_starts(b, STR("\xef\xbb\xbf")))
		rest = str_sub(b, 3, b.n);
	if (rest.n == 0)
		return KIND_NONE;
	while (str_line(&rest, &line))
		if (utf8_check_lines(line, &text) != RC_OK) {
			rc_trail_clear(); /* none we know: said by the caller */
			return KIND_NONE;
		}
	return KIND_TEXT;
}

static uint32_t
le(struct str b, size_t at, size_t bytes)
{
	uint32_t n = 0;

	for (size_t i = bytes; i > 0; i--)
		n = n << 8 | (uint8_t)b.p[at + i - 1];
	return n;
}

/* The end record of a ZIP; false: there is none, it is split, or of the 64-bit kind. */
static bool
end_record(struct str b, size_t *ret_members, size_t *ret_at)
{
	for (size_t at = b.n >= END_RECORD ? b.n - END_RECORD : 0, k = 0; b.n >= END_RECORD && k < 65536; at--, k++) {
		if (memcmp(b.p + at, "PK\x05\x06", 4) == 0 && at + END_RECORD + le(b, at + 20, 2) == b.n) {
			*ret_members = le(b, at + 10, 2);
			*ret_at = le(b, at + 16, 4);
			return le(b, at + 4, 4) == 0 && le(b, at + 8, 2) == *ret_members && (uint64_t)*ret_at + le(b, at + 12, 4) == at;
		}
		if (at == 0)
			break;
	}
	return false;
}

/* Every member the directory promises, within bounds; `folder` is that of this kind of document. */
static enum rc
office(struct str b, const char *folder)
{
	uint64_t unpacked = 0;
	size_t n, at;
	bool types = false, own = false;

	if (!end_record(b, &n, &at) || n == 0)
		return FAIL(RC_SYNTAX, "壊れているか、分割された Office のファイルです / a broken or split Office file");
	if (n > MEMBERS_MAX)
		return FAIL(RC_SYNTAX, "Office のファイルの中身が多すぎます / the Office file has too many parts");
	for (size_t i = 0; i < n; i++) {
		struct str name;
		size_t whole;

		if (at > b.n || b.n - at < DIRECTORY_RECORD || memcmp(b.p + at, "PK\x01\x02", 4) != 0)
			return FAIL(RC_SYNTAX, "壊れた Office のファイルです / a broken Office file");
		whole = DIRECTORY_RECORD + le(b, at + 28, 2) + le(b, at + 30, 2) + le(b, at + 32, 2);
		if (whole > b.n - at)
			return FAIL(RC_SYNTAX, "壊れた Office のファイルです / a broken Office file");
		name = str_sub(b, at + DIRECTORY_RECORD, le(b, at + 28, 2));
		if (le(b, at + 8, 2) & 1)
			return FAIL(RC_SYNTAX, "暗号化されたファイルは検査できません。パスワードを外してください / an encrypted file cannot be scanned: remove its password");
		unpacked += le(b, at + 24, 4);
		if (unpacked > UNPACKED_MAX)
			return FAIL(RC_SYNTAX, "広げると大きすぎるファイルです / the file is too large once unpacked");
		if (str_ends(name, STR("vbaProject.bin")) || str_find(name, STR("/activeX/"), &whole))
			return FAIL(RC_SYNTAX, "マクロのあるファイルは付けられません / a file with macros is not taken");
		types |= str_eq(name, STR("[Content_Types].xml"));
		own |= str_starts(name, str_of(folder));
		at += DIRECTORY_RECORD + le(b, at + 28, 2) + le(b, at + 30, 2) + le(b, at + 32, 2);
	}
	return types && own ? RC_OK : FAIL(RC_SYNTAX, "中身が名前の示す種類の Office のファイルではありません / it is not the kind of Office file its name says");
}

enum rc
sniff_name(struct str name, struct str *ret_ending)
{
	struct text text;
	size_t dot = name.n;
	enum rc rc = RC_OK;

	TRY(utf8_check(name, &text));
	for (size_t i = 0; i < name.n; i++) {
		if (strchr("/\\:*?\"<>|", name.p[i]))
			return FAIL(RC_SYNTAX, "ファイル名に使えない文字があります / the file's name has a character that is not allowed");
		dot = name.p[i] == '.' ? i : dot;
	}
	if (utf8_count(text) > NAME_CHARS_MAX || dot == 0 || dot + 1 >= name.n)
		return FAIL(RC_SYNTAX, "ファイル名は %d 文字まで、拡張子が要ります / a file's name has at most %d characters and an ending", NAME_CHARS_MAX, NAME_CHARS_MAX);
	*ret_ending = str_sub(name, dot + 1, name.n);
out:
	return rc;
}

enum rc
sniff_file(struct str name, struct str bytes, const struct sniffed **ret)
{
	enum kind kind = kind_of(bytes);
	struct str ending;
	size_t i = 0;
	enum rc rc = RC_OK;

	TRY(sniff_name(name, &ending));
	while (i < KINDS && !(kinds[i].kind == kind && strlen(kinds[i].is.ending) == ending.n && strncasecmp(kinds[i].is.ending, ending.p, ending.n) == 0))
		i++;
	if (kind == KIND_NONE || i == KINDS)
		return FAIL(RC_SYNTAX, "付けられるのは PDF・画像（PNG、JPEG、TIFF）・Excel・Word・PowerPoint（マクロなし）・UTF-8 の CSV とテキストで、中身が名前の拡張子と合うものです / PDF, images (PNG, JPEG, TIFF), Excel, Word, PowerPoint without macros, CSV and text in UTF-8 are taken, when content and ending agree");
	if (kind == KIND_OFFICE)
		TRY(office(bytes, kinds[i].folder));
	*ret = &kinds[i].is;
out:
	return rc;
}
