// SPDX-License-Identifier: Apache-2.0
#include "yaml/yaml.h"

#include <stdlib.h>

#include "base/test.h"

static struct buf
slurp(const char *path)
{
	struct buf b = BUF(4 << 20);
	FILE *f = fopen(path, "rb");
	char *at;
	size_t n;

	CHECK(f != NULL);
	while (f && buf_reserve(&b, 65536, &at) == RC_OK && (n = fread(at, 1, 65536, f)) > 0)
		b.n += n;
	if (f)
		fclose(f);
	return b;
}

CASE(hostile_files_are_refused_with_their_line)
{
	static const struct { const char *name, *sentence; } files[] = {
		{ "alias.yaml", "alias.yaml:3: エイリアス（*）は使えません / aliases (*) are not allowed" },
		{ "bad_indent.yaml", "bad_indent.yaml:4: YAML として読めません（did not find expected key） / not YAML (did not find expected key)" },
		{ "bad_utf8.yaml", "bad_utf8.yaml:3: UTF-8 でないか、使えない文字があります / not UTF-8, or a character that is not allowed" },
		{ "bidi_override.yaml", "bidi_override.yaml:3: UTF-8 でないか、使えない文字があります / not UTF-8, or a character that is not allowed" },
		{ "billion_laughs.yaml", "billion_laughs.yaml:2: アンカー（&）とタグ（!）は使えません / anchors (&) and tags (!) are not allowed" },
		{ "deep_blocks.yaml", "deep_blocks.yaml:18: 入れ子が深すぎます（上限 16） / nested deeper than 16" },
		{ "deep_nesting.yaml", "deep_nesting.yaml:2: 入れ子が深すぎます（上限 16） / nested deeper than 16" },
		{ "directive.yaml", "directive.yaml:1: % で始まる指示は使えません / directives (%) are not allowed" },
		{ "duplicate_key.yaml", "duplicate_key.yaml:5: キー 'name' が2回あります（最初は 3 行目） / key 'name' stands twice (first on line 3)" },
		{ "empty.yaml", "empty.yaml:1: ファイルが空です / the file is empty" },
		{ "escaped_nul.yaml", "escaped_nul.yaml:2: 使えない文字があります / a character that is not allowed" },
		{ "long_text.yaml", "long_text.yaml:2: 文字列が長すぎます（上限 8192 バイト） / text longer than 8192 bytes" },
		{ "many_keys.yaml", "many_keys.yaml:258: キーが多すぎます（上限 256） / more than 256 keys in one map" },
		{ "many_values.yaml", "many_values.yaml:2: 項目が多すぎます（上限 65536） / more than 65536 values" },
		{ "map_as_key.yaml", "map_as_key.yaml:2: キーは1行の文字列でなければなりません / a key must be plain text" },
		{ "nul_byte.yaml", "nul_byte.yaml:2: UTF-8 でないか、使えない文字があります / not UTF-8, or a character that is not allowed" },
		{ "only_comment.yaml", "only_comment.yaml:1: ファイルが空です / the file is empty" },
		{ "overlong_utf8.yaml", "overlong_utf8.yaml:2: UTF-8 でないか、使えない文字があります / not UTF-8, or a character that is not allowed" },
		{ "tab_indent.yaml", "tab_indent.yaml:3: YAML として読めません（found character that cannot start any token） / not YAML (found character that cannot start any token)" },
		{ "tag.yaml", "tag.yaml:2: アンカー（&）とタグ（!）は使えません / anchors (&) and tags (!) are not allowed" },
		{ "two_documents.yaml", "two_documents.yaml:3: 文書は1つだけです（2つ目の ---） / only one document is allowed (a second ---)" },
		{ "unclosed.yaml", "unclosed.yaml:3: YAML として読めません（did not find expected ',' or ']'） / not YAML (did not find expected ',' or ']')" },
		{ "utf16.yaml", "utf16.yaml:1: UTF-8 でないか、使えない文字があります / not UTF-8, or a character that is not allowed" },
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const struct yaml_node *root = NULL;
		struct arena a = ARENA(16 << 20);
		char path[200];
		struct buf b;

		(void)snprintf(path, sizeof(path), "tests/hostile/%s", files[i].name);
		b = slurp(path);
		CHECK_RC(yaml_parse(files[i].name, buf_str(&b), &a, &root), RC_SYNTAX);
		CHECK_STR(str_of(rc_trail()), files[i].sentence);
		CHECK(root == NULL);
		arena_free(&a);
		buf_free(&b);
	}
}

CASE(a_file_over_the_byte_ceiling_is_refused)
{
	struct arena a = ARENA(1 << 20);
	const struct yaml_node *root = NULL;
	char *big = malloc(YAML_BYTES_MAX + 1);

	memset(big, '#', YAML_BYTES_MAX + 1);
	CHECK_RC(yaml_parse("f", (struct str){ big, YAML_BYTES_MAX + 1 }, &a, &root), RC_SYNTAX);
	CHECK(strstr(rc_trail(), "larger than") != NULL);
	free(big);
	arena_free(&a);
}

CASE(nodes_keep_their_lines_and_their_order)
{
	struct arena a = ARENA(1 << 20);
	const struct yaml_node *root = NULL, *n;
	struct str s;
	int64_t v;
	int w;

	CHECK_OK(yaml_parse("f.yaml", STR("\xef\xbb\xbf# note\r\nformat: 1\r\nname: {ja: 辻番, en: \"Tsujiban\"}\nlist:\n- no\n- 'two'\n- 007\ntext: >\n  long\n  line\nquoted: \"12\"\n"), &a, &root));
	CHECK_INT(root->kind, YAML_MAP);
	CHECK_INT(root->count, 5);
	CHECK_INT(yaml_get(root, "format")->line, 2);
	CHECK_OK(yaml_int(yaml_get(root, "format"), 1, 1, &v));
	CHECK_INT(v, 1);
	CHECK_STR(yaml_get(yaml_get(root, "name"), "ja")->text, "辻番");
	n = yaml_get(root, "list")->first;
	CHECK_STR(n->text, "no"); /* text, never a boolean */
	CHECK_INT(n->next->line, 6);
	CHECK_RC(yaml_int(n->next->next, 0, 9, &v), RC_SYNTAX);
	CHECK_OK(yaml_text(yaml_get(root, "text"), &s));
	CHECK_STR(s, "long line");
	CHECK_RC(yaml_int(yaml_get(root, "quoted"), 0, 99, &v), RC_SYNTAX);
	CHECK_STR(str_of(rc_trail()), "f.yaml:11: 'quoted' は 0 から 99 までの整数でなければなりません（'12'） / 'quoted' must be a whole number from 0 to 99 (not '12')");
	CHECK_RC(yaml_only(root, (const char *const[]){ "format", "name", "list", "text", NULL }), RC_SYNTAX);
	CHECK_STR(str_of(rc_trail()), "f.yaml:11: 知らないキー 'quoted' / unknown key 'quoted'");
	CHECK_RC(yaml_need(root, "absent", &n), RC_SYNTAX);
	CHECK_RC(yaml_word(yaml_get(root, "list")->first, (const char *const[]){ "yes", "maybe", NULL }, &w), RC_SYNTAX);
	CHECK_STR(str_of(rc_trail()), "f.yaml:5: 'no' は使えません（yes, maybe のいずれか） / 'no' is none of yes, maybe");
	CHECK_OK(yaml_word(yaml_get(root, "list")->first, (const char *const[]){ "yes", "no", NULL }, &w));
	CHECK_INT(w, 1);
	CHECK_RC(yaml_is(yaml_get(root, "list"), YAML_MAP), RC_SYNTAX);
	arena_free(&a);
}

CASE(an_arena_too_small_is_said_and_nothing_leaks)
{
	const struct yaml_node *root = NULL;

	for (size_t max = 0; max < 1200; max += 16) {
		struct arena a = ARENA(max);
		enum rc rc = yaml_parse("f", STR("a: {b: [1, 2, 3]}\nc: d\n"), &a, &root);

		CHECK(rc == RC_OK || rc == RC_LIMIT || rc == RC_SYNTAX);
		arena_free(&a);
	}
}

TEST_MAIN
