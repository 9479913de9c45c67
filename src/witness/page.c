// SPDX-License-Identifier: Apache-2.0
/* How the witness says what it saw: a page for a browser, lines for a terminal, JSON for a program. */
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "witness/witness.h"

static const struct { const char *ja, *en; } states[LOG_STATES] = {
	[LOG_DAMAGED] = { "立会人の記録の破損", "the witness's own record is damaged" },
	[LOG_GOOD] = { "正常", "in order" },
	[LOG_WAITING] = { "初回の届け出を待っています", "waiting for the first head" },
	[LOG_ENDED] = { "次の期に引き継がれました", "continued by a later epoch" },
	[LOG_SILENT] = { "届け出が途絶えています", "silent for too long" },
	[LOG_ALARM] = { "警報", "alarm" },
};
static const struct { const char *ja, *en, *todo_ja, *todo_en; } alarms[ALARM_COUNT] = {
	[ALARM_NONE] = { "", "", "", "" },
	[ALARM_UNPROVEN] = { "前に見た先頭の続きであることが示されない先頭が届きました", "a head came that was not shown to extend the last one",
	    "受託者に理由を求めてください。次に正しい先頭が届けば消えます。", "Ask the contractor why; it ends when a good head comes." },
	[ALARM_ROLLBACK] = { "前に見たものより古い先頭が届きました（台帳が巻き戻されたおそれ）", "an older head came: the ledger may have been rolled back",
	    "受託者に、復元や巻き戻しの有無を確かめてください。", "Ask the contractor whether something was restored." },
	[ALARM_EPOCH] = { "新しい期の台帳から届け出がありました（台帳が控えから復元されました）", "a new epoch was begun: the ledger was restored from a copy",
	    "復元の理由と失われた記録の範囲を確かめ、認めるなら新しい検証鍵を tsujiban-witness add で登録してください。", "Ask why and what was lost; if you accept it, register the new verifier key with tsujiban-witness add." },
	[ALARM_FORK] = { "同じ件数で中身の違う先頭に、台帳の鍵で署名がされています（台帳の枝分かれ）", "the ledger's key signed two different heads of the same size: a fork",
	    "記録が書き換えられたか、鍵が写し取られました。監査に進んでください。確認後 tsujiban-witness settle で閉じます。", "Entries were rewritten or the key was copied. Audit; then close it with tsujiban-witness settle." },
};

const char witness_style[] =
    "body{font-family:system-ui,'Noto Sans JP','IPAexGothic',sans-serif;line-height:1.7;color:#1a1a1c;background:#fff;max-width:64rem;margin:0 auto;padding:1.5rem}"
    "h1{font-size:1.6rem;margin:0 0 .25rem}h2{font-size:1.15rem;margin:1.5rem 0 .5rem;overflow-wrap:anywhere}"
    ".state{display:inline-block;font-weight:700;padding:.25rem .9rem;border-radius:.4rem;border:2px solid}"
    ".good{color:#115a36;background:#e6f5ec;border-color:#197a4b}.bad{color:#a3000d;background:#fdeeee;border-color:#ce0000}.calm{color:#414143;background:#f2f2f2;border-color:#767676}"
    "dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.25rem;margin:.75rem 0}dt{color:#56565b}dd{margin:0;overflow-wrap:anywhere}"
    "code{font-family:ui-monospace,monospace;font-size:.9em}table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .6rem;border-bottom:1px solid #d8d8db;vertical-align:top}"
    "section{border-top:1px solid #d8d8db;padding-top:.25rem}footer{margin-top:2rem;color:#56565b;font-size:.9rem}[lang=en]{color:#56565b;font-size:.9em}";

static enum rc
look(struct witness *w, int64_t now, struct log_view **ret, size_t *ret_n, bool *ret_good)
{
	struct log_view *v = calloc(WITNESS_LOGS_MAX, sizeof(*v));
	enum rc rc = RC_OK;

	if (v == NULL)
		abort();
	TRY(witness_look(w, now, v, WITNESS_LOGS_MAX, ret_n));
	*ret_good = *ret_n > 0;
	for (size_t i = 0; i < *ret_n; i++)
		if (v[i].state != LOG_GOOD && v[i].state != LOG_ENDED)
			*ret_good = false;
	*ret = v;
	v = NULL;
out:
	free(v);
	return rc;
}

static enum rc
put_minute(struct buf *b, int64_t at_us)
{
	return at_us ? time_minute(b, at_us) : buf_add_c(b, "—");
}

enum rc
witness_text(struct witness *w, int64_t now, bool english, struct buf *b, bool *ret_good)
{
	struct log_view *v = NULL;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(look(w, now, &v, &n, ret_good));
	if (n == 0)
		TRY(buf_add_c(b, english ? "no ledger is registered yet: tsujiban-witness add VKEY\n" : "台帳がまだ登録されていません: tsujiban-witness add VKEY\n"));
	for (size_t i = 0; i < n; i++) {
		TRY(buf_addf(b, "%s\n  %s: %s\n", v[i].origin, english ? "state" : "状態", english ? states[v[i].state].en : states[v[i].state].ja));
		if (v[i].seen) {
			TRY(buf_addf(b, "  %s: %llu\n  %s: ", english ? "entries" : "件数", (unsigned long long)v[i].size, english ? "witnessed until" : "立ち会い済み"));
			TRY(put_minute(b, v[i].seen_at_us));
			TRY(buf_add_byte(b, '\n'));
		}
		if (v[i].alarm) {
			TRY(buf_addf(b, "  %s: ", english ? "alarm" : "警報"));
			TRY(put_minute(b, v[i].alarm_at_us));
			TRY(buf_addf(b, " %s\n  %s\n", english ? alarms[v[i].alarm].en : alarms[v[i].alarm].ja, english ? alarms[v[i].alarm].todo_en : alarms[v[i].alarm].todo_ja));
		}
	}
out:
	free(v);
	return rc;
}

static enum rc
put_json(struct buf *b, const char *s)
{
	enum rc rc = RC_OK;

	TRY(buf_add_byte(b, '"'));
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			TRY(buf_add_byte(b, '\\'));
		TRY(buf_add_byte(b, (uint8_t)*s));
	}
	TRY(buf_add_byte(b, '"'));
out:
	return rc;
}

enum rc
witness_json(struct witness *w, int64_t now, struct buf *b, bool *ret_good)
{
	struct log_view *v = NULL;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(look(w, now, &v, &n, ret_good));
	TRY(buf_addf(b, "{\"good\":%s,\"logs\":[", *ret_good ? "true" : "false"));
	for (size_t i = 0; i < n; i++) {
		TRY(buf_addf(b, "%s{\"origin\":", i ? "," : ""));
		TRY(put_json(b, v[i].origin));
		TRY(buf_addf(b, ",\"state\":\"%s\",\"size\":%llu,\"seen_at\":", log_state_name(v[i].state), (unsigned long long)v[i].size));
		if (v[i].seen) {
			TRY(buf_add_byte(b, '"'));
			TRY(time_utc(b, v[i].seen_at_us));
			TRY(buf_add_byte(b, '"'));
		} else {
			TRY(buf_add_c(b, "null"));
		}
		TRY(buf_addf(b, ",\"alarm\":\"%s\"}", alarm_name(v[i].alarm)));
	}
	TRY(buf_add_c(b, "]}\n"));
out:
	free(v);
	return rc;
}

static enum rc
put_html(struct buf *b, struct str s)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < s.n; i++) {
		const char *as = s.p[i] == '<' ? "&lt;" : s.p[i] == '>' ? "&gt;" : s.p[i] == '&' ? "&amp;" : s.p[i] == '"' ? "&quot;" : NULL;

		if (as)
			TRY(buf_add_c(b, as));
		else
			TRY(buf_add_byte(b, (uint8_t)s.p[i]));
	}
out:
	return rc;
}

static enum rc
put_log(struct buf *b, const struct log_view *v)
{
	bool bad = v->state != LOG_GOOD && v->state != LOG_ENDED && v->state != LOG_WAITING;
	enum rc rc = RC_OK;

	TRY(buf_add_c(b, "<section><h2>"));
	TRY(put_html(b, str_of(v->origin)));
	TRY(buf_addf(b, "</h2><p><span class=\"state %s\">%s</span> <span lang=en>%s</span></p>", bad ? "bad" : v->state == LOG_GOOD ? "good" : "calm", states[v->state].ja, states[v->state].en));
	if (v->alarm)
		TRY(buf_addf(b, "<p>%s。<br><strong>%s</strong></p><p lang=en>%s. %s</p>", alarms[v->alarm].ja, alarms[v->alarm].todo_ja, alarms[v->alarm].en, alarms[v->alarm].todo_en));
	if (v->state == LOG_SILENT)
		TRY(buf_addf(b, "<p>%d 時間以上、新しい先頭が届いていません。<strong>受託者に、台帳と送り出しの状態を確かめてください。</strong></p><p lang=en>No head came for over %d hours. Ask the contractor about the ledger and its sending.</p>", WITNESS_SILENT_H, WITNESS_SILENT_H));
	TRY(buf_add_c(b, "<dl><dt>立ち会い済み</dt><dd>"));
	TRY(put_minute(b, v->seen_at_us));
	TRY(buf_addf(b, "</dd><dt>記録の件数</dt><dd>%llu</dd><dt>根</dt><dd><code>", (unsigned long long)v->size));
	TRY(hex_encode(b, (struct str){ (const char *)v->root.b, sizeof(v->root.b) }));
	TRY(buf_add_c(b, "</code></dd><dt>登録した日</dt><dd>"));
	TRY(put_minute(b, v->added_at_us));
	TRY(buf_add_c(b, "</dd></dl>"));
	if (v->alarms_count) {
		TRY(buf_add_c(b, "<table><caption>これまでの警報</caption><thead><tr><th scope=col>日時</th><th scope=col>内容</th><th scope=col>届いた件数</th></tr></thead><tbody>"));
		for (size_t i = v->alarms_count; i-- > 0;) {
			TRY(buf_add_c(b, "<tr><td>"));
			TRY(put_minute(b, v->alarms[i].at_us));
			TRY(buf_addf(b, "</td><td>%s</td><td>%llu</td></tr>", alarms[v->alarms[i].what].ja, (unsigned long long)v->alarms[i].size));
		}
		TRY(buf_add_c(b, "</tbody></table>"));
	}
	TRY(buf_add_c(b, "</section>"));
out:
	return rc;
}

enum rc
witness_page(struct witness *w, int64_t now, struct buf *b, bool *ret_good)
{
	struct buf vkey = BUF(VKEY_TEXT_MAX);
	struct log_view *v = NULL;
	size_t n = 0;
	enum rc rc = RC_OK;

	TRY(look(w, now, &v, &n, ret_good));
	TRY(note_key_text(witness_key(w), &vkey));
	TRY(buf_addf(b, "<!DOCTYPE html><html lang=ja><head><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><meta http-equiv=refresh content=60><title>%s辻番の立会人</title><link rel=stylesheet href=/style.css></head><body><header><h1>辻番の立会人</h1><p>",
	    *ret_good ? "" : "【要確認】"));
	TRY(put_minute(b, now));
	TRY(buf_addf(b, " 現在　<span class=\"state %s\">%s</span></p></header><main>", *ret_good ? "good" : "bad", *ret_good ? "すべて正常" : "要確認"));
	if (n == 0)
		TRY(buf_add_c(b, "<p>台帳がまだ登録されていません。受託者から紙で受け取った検証鍵を <code>tsujiban-witness add 検証鍵</code> で登録してください。</p><p lang=en>No ledger is registered yet.</p>"));
	for (size_t i = 0; i < n; i++)
		TRY(put_log(b, &v[i]));
	TRY(buf_add_c(b, "</main><footer><p>立会人は、台帳の先頭が前に見たものの続きであるときだけ連署します。この機械は発注者のものです。</p><p>立会人の鍵 <code>"));
	TRY(put_html(b, buf_str(&vkey)));
	TRY(buf_add_c(b, "</code></p></footer></body></html>\n"));
out:
	buf_free(&vkey);
	free(v);
	return rc;
}
