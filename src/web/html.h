// SPDX-License-Identifier: Apache-2.0
/*
 * html - a page being written: markup from templates, everything else escaped.
 *
 * Only string literals pass as markup (the macro pastes "" before them), so
 * bytes from outside do not compile as markup; they go through html_text,
 * html_json or a filter. A failure sticks in `rc` and the page is dropped.
 * JSON values may be NULL anywhere: that is an absent value and writes nothing.
 */
#ifndef WEB_HTML_H
#define WEB_HTML_H

#include <jansson.h>

#include "base/utf8.h"

struct html {
	struct buf   *out;
	struct arena *arena;
	bool          english;
	int64_t       now_us;
	enum rc       rc;
};

#define html_markup(h, literal) html_markup_bytes((h), "" literal, sizeof(literal) - 1)
void html_markup_bytes(struct html *, const char *, size_t);
void html_text(struct html *, struct text);                /* text and quoted attributes                */
void html_int(struct html *, int64_t);

/* Filters: what `{{ value | name }}` of a template becomes. */
void html_json(struct html *, const json_t *);             /* a string, number or boolean as it is      */
void html_lines(struct html *, const json_t *);            /* a string with line feeds kept             */
void html_url(struct html *, const json_t *);              /* percent-encoded: one segment or one value */
void html_query(struct html *, const json_t *);            /* a query made by query_with()              */
void html_count(struct html *, const json_t *);            /* 1,284,551                                 */
void html_bytes(struct html *, const json_t *);            /* 1.2 GiB                                   */
void html_time_short(struct html *, const json_t *);       /* <time>11/22 10:42</time>, with the year when it is another one */
void html_time_minute(struct html *, const json_t *);      /* <time>2026/11/22 10:42</time>             */
void html_time_second(struct html *, const json_t *);      /* <time>2026/11/22 10:42:07</time>          */
void html_time_era(struct html *, const json_t *);         /* <time>2026年11月22日（令和8年）10:42</time> */
void html_ago(struct html *, const json_t *);              /* how long since: 38秒, 25日                */
void html_span(struct html *, const json_t *);             /* seconds as words: 1分, 24時間             */
void html_minutes(struct html *, const json_t *);          /* minutes as words: 2日 3時間 10分          */
void html_word(struct html *, const char *prefix, const json_t *); /* the word PREFIX_VALUE of messages/; the value itself when there is none */

bool          html_true(const json_t *);                   /* present, not false, not zero, not empty   */
bool          html_is(const json_t *, const char *);
bool          html_more(const json_t *, const json_t *);   /* integer a > b                             */
json_int_t    html_number(const json_t *);
size_t        html_size(const json_t *);
const char   *html_string(const json_t *);                 /* "" when none                              */
const char   *html_member(const json_t *, const char *key); /* of an object; "" when none             */
struct text   html_text_of(struct html *, const json_t *); /* a string as text; bad bytes mended        */
struct text   html_span_text(struct html *, int64_t seconds);
struct text   html_time_text(struct html *, int64_t at_us, bool seconds);

/* Words of messages/ by their names in lower case (generated): "ui_sign_in", "status_pass". */
const char *ui_word(bool english, const char *key);        /* NULL when there is none                   */
struct text ui_text(struct html *, const char *key);       /* the key itself when there is none         */

#endif
