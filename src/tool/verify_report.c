// SPDX-License-Identifier: Apache-2.0
/* Says what was found, in Japanese or English, or as one JSON object with a fixed order of keys. */
#include "base/num.h"
#include "base/time_text.h"
#include "tool/verify.h"

#define PICK(ja, en) (o.english ? (en) : (ja)) /* a macro: the compiler then sees formats as literals */

static const struct { const char *name, *ja, *en; } faults[] = {
#define FAULT(ID, name, ja, en) { name, ja, en },
#include "tool/verify_fault.def"
#undef FAULT
};

static const char *const processes[] = {
#define PROCESS(NAME, name) #name,
#include "ipc/routes.def"
};

const char *
fault_name(enum fault_id id)
{
	return faults[id].name;
}

static enum rc
add_time(struct buf *b, int64_t at_us)
{
	return time_iso(b, at_us);
}

static enum rc
add_hash(struct buf *b, const struct hash *h)
{
	return base64_encode(b, (struct str){ (const char *)h->b, sizeof(h->b) });
}

static enum rc
add_faults(const struct report *r, struct output o, struct buf *b)
{
	enum rc rc = RC_OK;

	for (size_t i = 0; i < r->faults && i < FAULTS_KEPT; i++) {
		const struct fault *f = &r->fault[i];

		TRY(buf_addf(b, "  %s: %s  [%s]\n", faults[f->id].name, PICK(faults[f->id].ja, faults[f->id].en), f->where));
	}
	if (r->faults > FAULTS_KEPT)
		TRY(buf_addf(b, PICK("  ほかに %zu 件\n", "  and %zu more\n"), r->faults - FAULTS_KEPT));
out:
	return rc;
}

static enum rc
add_leaves(const struct report *r, struct output o, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(buf_add_c(b, r->has_proof ? PICK("受付時刻: ", "received: ") : PICK("期間: ", "period: ")));
	TRY(add_time(b, r->first_at_us));
	if (!r->has_proof) {
		TRY(buf_add_c(b, PICK(" から ", " to ")));
		TRY(add_time(b, r->last_at_us));
		TRY(buf_add_c(b, PICK(" まで（受付時刻）\n", " (time of receipt)\n")));
		TRY(buf_addf(b, PICK("件数: %llu\n", "entries: %llu\n"), (unsigned long long)r->leaves));
	} else {
		TRY(buf_add_byte(b, '\n'));
	}
	TRY(buf_add_c(b, PICK("種類:", "kinds:")));
	for (int t = 1; t < LEAF_TYPE_COUNT; t++)
		if (r->by_type[t])
			TRY(buf_addf(b, " %s %llu", leaf_type_name((enum leaf_type)t), (unsigned long long)r->by_type[t]));
	TRY(buf_add_c(b, PICK("\n発生元:", "\nsources:")));
	for (int p = 0; p < PROC_COUNT; p++)
		if (r->source[p].entries)
			TRY(buf_addf(b, " %s %llu", processes[p], (unsigned long long)r->source[p].entries));
	TRY(buf_add_byte(b, '\n'));
	if (r->has_proof)
		return buf_addf(b, PICK("対象: %s\n", "about: %s\n"), r->leaf_name);
	if (r->has_bundle)
		return RC_OK; /* a choice of entries has holes by itself */
	uint64_t holes = 0;
	for (int p = 0; p < PROC_COUNT; p++)
		holes += r->source[p].holes;
	TRY(buf_addf(b, PICK("通し番号の欠け: %llu 件\n", "numbers missing in sequences: %llu\n"), (unsigned long long)holes));
	if (r->silence_us >= SECOND_US) {
		TRY(buf_addf(b, PICK("最も長い無記録: %lld 秒（", "longest silence: %lld s (from "), (long long)(r->silence_us / SECOND_US)));
		TRY(add_time(b, r->silence_from_us));
		TRY(buf_add_c(b, PICK(" から）\n", ")\n")));
	}
	if (r->clock_back)
		TRY(buf_addf(b, PICK("時計の戻り: 受付より後の時刻を名乗る記録が %llu 件\n", "clock set back: %llu entries claim a time after their receipt\n"), (unsigned long long)r->clock_back));
	if (r->by_type[LEAF_ACT_BEGIN] > r->by_type[LEAF_ACT_OUTCOME])
		TRY(buf_addf(b, PICK("結果のまだない操作: %llu 件\n", "acts without an outcome yet: %llu\n"),
		    (unsigned long long)(r->by_type[LEAF_ACT_BEGIN] - r->by_type[LEAF_ACT_OUTCOME])));
	for (size_t i = 0; i < r->epochs; i++)
		TRY(buf_addf(b, PICK("期 %u: #%llu から（引き継ぎ元の件数 %llu）\n", "epoch %u: from #%llu (continues a head of %llu entries)\n"), r->epochs_seen[i].number,
		    (unsigned long long)r->epochs_seen[i].at, (unsigned long long)r->epochs_seen[i].continues_from));
out:
	return rc;
}

/* What these files cannot show, whoever looks. */
static enum rc
add_limits(const struct report *r, struct output o, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(buf_add_c(b, PICK("この検証では分からないこと:\n", "what this cannot tell:\n")));
	if (r->key_from_folder)
		TRY(buf_add_c(b, PICK("  鍵は同じフォルダーの key.pub です。誰の鍵かは分かりません。別に受け取った鍵を --key で渡してください。\n",
		    "  The key is the folder's own key.pub: whose it is stays unknown. Give the key you received separately with --key.\n")));
	if (r->has_bundle)
		TRY(buf_add_c(b, PICK("  外した記録の中身、束を作った後の台帳の変化は分かりません。\n", "  What the entries left out say, and what became of the ledger afterwards, stays unknown.\n")));
	else if (!r->head_at_hand && !r->has_proof && r->has_leaves)
		TRY(buf_add_c(b, PICK("  台帳全体を古い時点に戻されても、より新しい先頭が手元になければ分かりません。保管した先頭を --head で渡してください。\n",
		    "  A rollback of the whole ledger stays unseen without a newer head at hand. Give a head you kept with --head.\n")));
	else if (r->head_at_hand)
		TRY(buf_addf(b, PICK("  手元の最も新しい先頭（%llu 件）より後への巻き戻しは分かりません。\n", "  A rollback to anything after the newest head at hand (%llu entries) stays unseen.\n"),
		    (unsigned long long)r->newest_head));
	TRY(buf_add_c(b, PICK("  記録が書かれなかった出来事と、封じた本文の中身は、ここでは確かめられません。\n", "  What was never recorded, and what the sealed payloads say, is not judged here.\n")));
out:
	return rc;
}

static enum rc
add_bundle(const struct report *r, struct output o, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(buf_addf(b, PICK("命じられたこと: %s\n", "ordered: %s\n"), r->order));
	TRY(buf_addf(b, PICK("本文: 示されたもの %llu、鍵を消去したもの %llu、示さないもの %llu\n", "payloads: %llu shown, %llu whose key is destroyed, %llu not shown\n"), (unsigned long long)r->shown, (unsigned long long)r->erased, (unsigned long long)r->withheld));
	TRY(buf_addf(b, PICK("外した記録: %llu 件（束の omitted.txt に番号と理由）\n", "entries left out: %llu (omitted.txt has their numbers and why)\n"), (unsigned long long)r->omitted));
	if (r->partial)
		TRY(buf_addf(b, PICK("一部だけの提供: 命じられた記録のうち、少なくとも %llu 件が、束にないか、本文を示していません\n", "partial delivery: at least %llu entries that the order means are not in the bundle, or without their payload\n"), (unsigned long long)r->partial));
	if (r->sealed_at_us) {
		TRY(buf_add_c(b, PICK("台帳が目録を記録した時刻: ", "the ledger was told of the manifest at: ")));
		TRY(add_time(b, r->sealed_at_us));
		TRY(buf_add_byte(b, '\n'));
	}
out:
	return rc;
}

static enum rc
print_text(const struct report *r, struct output o, struct buf *b)
{
	enum rc rc = RC_OK;

	if (r->faults) {
		TRY(buf_addf(b, PICK("判定: 受け入れられません（%zu 件）\n", "verdict: NOT accepted (%zu)\n"), r->faults));
		TRY(add_faults(r, o, b));
	} else {
		TRY(buf_add_c(b, PICK("判定: 改ざんは見つかりませんでした\n", "verdict: no tampering found\n")));
	}
	if (r->has_head) {
		TRY(buf_addf(b, PICK("台帳: %s（第 %u 期）\n署名された件数: %llu\n根: ", "ledger: %s (epoch %u)\nentries signed for: %llu\nroot: "), r->origin, r->epoch, (unsigned long long)r->size));
		TRY(add_hash(b, &r->root));
		TRY(buf_add_byte(b, '\n'));
	}
	if (r->has_proof)
		TRY(buf_addf(b, PICK("証明された記録: #%llu\n", "entry proved: #%llu\n"), (unsigned long long)r->index));
	for (size_t i = 0; i < r->witnesses; i++) {
		TRY(buf_addf(b, PICK("連署: " STR_FMT " ", "cosigned by " STR_FMT " "), STR_ARG(note_key_name(r->witness[i].key))));
		TRY(r->witness[i].time_s < UINT64_C(253402300800) ? add_time(b, (int64_t)r->witness[i].time_s * SECOND_US) : buf_add_c(b, "-"));
		TRY(buf_add_byte(b, '\n'));
	}
	if (r->has_bundle)
		TRY(add_bundle(r, o, b));
	if (r->has_leaves)
		TRY(add_leaves(r, o, b));
	if (r->heads_checked)
		TRY(buf_addf(b, PICK("突き合わせた先頭: %llu\n", "heads compared: %llu\n"), (unsigned long long)r->heads_checked));
	TRY(add_limits(r, o, b));
out:
	return rc;
}

static enum rc
add_json_str(struct buf *b, struct str s)
{
	enum rc rc = RC_OK;

	TRY(buf_add_byte(b, '"'));
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"' || s.p[i] == '\\')
			TRY(buf_add_byte(b, '\\'));
		if ((unsigned char)s.p[i] < 0x20)
			TRY(buf_addf(b, "\\u%04x", (unsigned)s.p[i]));
		else
			TRY(buf_add_byte(b, (uint8_t)s.p[i]));
	}
	TRY(buf_add_byte(b, '"'));
out:
	return rc;
}

static enum rc
add_json_time(struct buf *b, const char *key, int64_t at_us)
{
	enum rc rc = RC_OK;

	TRY(buf_addf(b, ",\"%s\":\"", key));
	TRY(time_utc(b, at_us));
	TRY(buf_add_byte(b, '"'));
out:
	return rc;
}

static enum rc
add_json_leaves(const struct report *r, struct buf *b)
{
	const char *comma = "";
	enum rc rc = RC_OK;

	TRY(add_json_time(b, "first_at", r->first_at_us));
	TRY(add_json_time(b, "last_at", r->last_at_us));
	TRY(buf_addf(b, ",\"entries\":%llu,\"longest_silence_s\":%lld,\"clock_back\":%llu,\"kinds\":{", (unsigned long long)r->leaves, (long long)(r->silence_us / SECOND_US),
	    (unsigned long long)r->clock_back));
	for (int t = 1; t < LEAF_TYPE_COUNT; t++)
		if (r->by_type[t]) {
			TRY(buf_addf(b, "%s\"%s\":%llu", comma, leaf_type_name((enum leaf_type)t), (unsigned long long)r->by_type[t]));
			comma = ",";
		}
	TRY(buf_add_c(b, "},\"sources\":["));
	comma = "";
	for (int p = 0; p < PROC_COUNT; p++)
		if (r->source[p].entries) {
			TRY(buf_addf(b, "%s{\"source\":\"%s\",\"entries\":%llu,\"last\":%llu,\"holes\":%llu}", comma, processes[p], (unsigned long long)r->source[p].entries,
			    (unsigned long long)r->source[p].last, (unsigned long long)r->source[p].holes));
			comma = ",";
		}
	TRY(buf_add_c(b, "],\"epochs\":["));
	for (size_t i = 0; i < r->epochs; i++)
		TRY(buf_addf(b, "%s{\"epoch\":%u,\"from\":%llu,\"continues\":%llu}", i ? "," : "", r->epochs_seen[i].number, (unsigned long long)r->epochs_seen[i].at,
		    (unsigned long long)r->epochs_seen[i].continues_from));
	TRY(buf_add_byte(b, ']'));
out:
	return rc;
}

static enum rc
print_json(const struct report *r, struct output o, struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(buf_addf(b, "{\"accepted\":%s,\"faults\":[", r->faults ? "false" : "true"));
	for (size_t i = 0; i < r->faults && i < FAULTS_KEPT; i++) {
		TRY(buf_addf(b, "%s{\"name\":\"%s\",\"where\":", i ? "," : "", faults[r->fault[i].id].name));
		TRY(add_json_str(b, str_of(r->fault[i].where)));
		TRY(buf_addf(b, ",\"text\":\"%s\"}", PICK(faults[r->fault[i].id].ja, faults[r->fault[i].id].en)));
	}
	TRY(buf_addf(b, "],\"faults_count\":%zu", r->faults));
	if (r->has_head) {
		TRY(buf_add_c(b, ",\"origin\":"));
		TRY(add_json_str(b, str_of(r->origin)));
		TRY(buf_addf(b, ",\"epoch\":%u,\"size\":%llu,\"root\":\"", r->epoch, (unsigned long long)r->size));
		TRY(add_hash(b, &r->root));
		TRY(buf_add_byte(b, '"'));
	}
	if (r->has_proof) {
		TRY(buf_addf(b, ",\"index\":%llu,\"about\":", (unsigned long long)r->index));
		TRY(add_json_str(b, str_of(r->leaf_name)));
	}
	if (r->has_bundle) {
		TRY(buf_addf(b, ",\"shown\":%llu,\"erased\":%llu,\"withheld\":%llu,\"omitted\":%llu,\"partial\":%llu,\"order\":", (unsigned long long)r->shown, (unsigned long long)r->erased, (unsigned long long)r->withheld, (unsigned long long)r->omitted,
		    (unsigned long long)r->partial));
		TRY(add_json_str(b, str_of(r->order)));
		if (r->sealed_at_us)
			TRY(add_json_time(b, "sealed_at", r->sealed_at_us));
	}
	if (r->has_leaves)
		TRY(add_json_leaves(r, b));
	TRY(buf_addf(b, ",\"heads_compared\":%llu,\"witnesses\":%zu,\"key_from_folder\":%s,\"rollback_visible_from\":", (unsigned long long)r->heads_checked, r->witnesses,
	    r->key_from_folder ? "true" : "false"));
	TRY(r->heads_checked ? buf_addf(b, "%llu}\n", (unsigned long long)r->newest_head) : buf_add_c(b, "null}\n"));
out:
	return rc;
}

enum rc
report_print(const struct report *r, struct output o, struct buf *b)
{
	return o.json ? print_json(r, o, b) : print_text(r, o, b);
}
