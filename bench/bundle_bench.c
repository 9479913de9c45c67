// SPDX-License-Identifier: Apache-2.0
/*
 * A bundle of evidence of a million entries: every payload sealed and opened, every line and file made, one proof for all; then judged
 * as tsujiban-verify does. Beside them, in the same run, what the least could cost: SHA-256 over the same bytes, once.
 * usage: bundle_bench [ENTRIES]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "evidence/bundle.h"
#include "merkle/multi.h"
#include "merkle/submission.h"
#include "tool/verify.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
must(enum rc rc)
{
	if (rc == RC_OK)
		return;
	printf("%s\n", rc_trail());
	exit(1);
}

static struct secret       seed, key;
static struct note_key     signer;

static void
sign_head(uint64_t size, const struct hash *root, struct buf *ret)
{
	struct buf text = BUF(4096), line = BUF(4096);
	uint8_t    signature[SIGNATURE_BYTES];

	must(checkpoint_encode(&(struct checkpoint){ .origin = STR("bench.local/1"), .size = size, .root = *root }, &text));
	must(sign(&seed, buf_str(&text), signature));
	must(note_signature_line(&signer, signature, &line));
	must(note_join(buf_str(&text), buf_str(&line), ret));
	buf_free(&text);
	buf_free(&line);
}

static struct buf tar = BUF((size_t)4 << 30), manifest = BUF(1 << 20), part = BUF(BUNDLE_PART_BYTES + BUNDLE_LINE_MAX);

static void
put(const char *name, struct str bytes, bool listed)
{
	if (listed)
		must(manifest_put(&manifest, name, bytes));
	must(tar_add(&tar, name, bytes, 0));
}

int
main(int argc, char **argv)
{
	static struct report r;
	static struct trust  trust = { .has_key = true };
	uint64_t             n = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
	struct buf           leaf = BUF(512), sealed = BUF(4096), json = BUF(4096), head = BUF(8192), newer = BUF(8192), proof = BUF(1 << 16), steps = BUF(1 << 16), line = BUF(8192), text = BUF(4096);
	struct leaf          l = { .type = LEAF_FINDING, .source = PROC_CORE, .name = STR("mfa"), .verdict = 1 };
	struct frontier      f = { 0 };
	struct proof         way;
	struct submission    s;
	struct hash          h, root, bigger;
	uint8_t              pub[SIGN_PUB_BYTES], salt[SALT_BYTES];
	int                  parts = 0;
	char                 name[64];
	double               build = 0, opened = 0, begin;

	must(secret_random(&seed, 32));
	must(secret_random(&key, SEAL_KEY_BYTES));
	must(sign_public(&seed, pub));
	must(note_key_make(STR("bench.local/1"), NOTE_KEY_ED25519, pub, &signer));
	trust.key = signer;
	put("order.json", STR("{\"number\":\"bench\"}"), true);
	for (uint64_t i = 0; i < n; i++) {
		buf_reset(&text);
		buf_reset(&sealed);
		buf_reset(&leaf);
		buf_reset(&json);
		must(buf_addf(&text, "{\"control\":\"mfa\",\"facts\":[{\"key\":\"service\",\"kind\":\"text\",\"row\":1,\"value\":\"sshd\"},{\"key\":\"state\",\"kind\":\"text\",\"row\":1,\"value\":\"two\"}],\"message\":{\"number\":2304,\"args\":{\"count\":%llu}},\"subject\":\"host:local\"}", (unsigned long long)i));
		must(payload_seal(&key, 1, 202611, buf_str(&text), &sealed, &l.commitment));
		l.source_seq = i + 1;
		l.claimed_at_us = l.received_at_us = INT64_C(1700000000000000) + (int64_t)i;
		begin = now(); /* what the station does for each entry of a bundle */
		must(payload_open(&key, buf_str(&sealed), &l.commitment, &json, salt));
		must(leaf_encode(&l, &leaf));
		must(bundle_entry_put(&part, i, buf_str(&leaf), PAYLOAD_SHOWN, salt, buf_str(&json)));
		if (part.n >= BUNDLE_PART_BYTES || i + 1 == n) {
			(void)snprintf(name, sizeof(name), "entries-%04d.txt", ++parts);
			put(name, buf_str(&part), true);
			buf_reset(&part);
		}
		build += now() - begin;
		tree_leaf_hash(buf_str(&leaf), &h);
		frontier_add(&f, &h);
	}
	frontier_root(&f, &root);
	sign_head(n, &root, &head);
	put("checkpoint", buf_str(&head), true);
	put("omitted.txt", STR(""), true);
	put("proof.txt", STR(""), true); /* everything is here: no hash is needed */
	must(tar_add(&tar, "manifest.txt", buf_str(&manifest), 0));
	hash_bytes(buf_str(&manifest), &h);
	buf_reset(&text);
	must(buf_add_c(&text, "{\"manifest\":\""));
	must(hex_encode(&text, (struct str){ (const char *)h.b, 32 }));
	must(buf_add_c(&text, "\"}"));
	buf_reset(&sealed);
	buf_reset(&leaf);
	buf_reset(&json);
	l = (struct leaf){ .type = LEAF_STATION, .source = PROC_CORE, .source_seq = n + 1, .name = STR(BUNDLE_SEAL_NAME), .claimed_at_us = 1, .received_at_us = INT64_C(1700001000000000) };
	must(payload_seal(&key, 1, 202611, buf_str(&text), &sealed, &l.commitment));
	must(payload_open(&key, buf_str(&sealed), &l.commitment, &json, salt));
	must(leaf_encode(&l, &leaf));
	must(base64_encode(&line, (struct str){ (const char *)salt, SALT_BYTES }));
	must(buf_addf(&line, " " STR_FMT "\n", STR_ARG(buf_str(&json))));
	/* one entry more: its proof is the roots of the perfect parts before it, and so is the way from the older head */
	{
		struct frontier more = f;

		way.n = 0;
		for (int i = 0; i < 63; i++)
			if (f.size >> i & 1)
				way.node[way.n++] = f.node[i];
		tree_leaf_hash(buf_str(&leaf), &h);
		frontier_add(&more, &h);
		frontier_root(&more, &bigger);
	}
	sign_head(n + 1, &bigger, &newer);
	must(tlog_proof_encode(buf_str(&leaf), n, &way, buf_str(&newer), &proof));
	s = (struct submission){ .old_size = n, .checkpoint = buf_str(&newer) };
	if (n & (n - 1)) /* the smallest perfect part, the new leaf, the rest upwards */
		s.proof.node[s.proof.n++] = way.node[0];
	s.proof.node[s.proof.n++] = h;
	for (size_t i = 1; i < way.n; i++)
		s.proof.node[s.proof.n++] = way.node[i];
	must(submission_encode(&s, &steps));
	put("seal.txt", buf_str(&line), false);
	put("seal.tlog-proof", buf_str(&proof), false);
	put("consistency.txt", buf_str(&steps), false);
	must(tar_end(&tar));

	begin = now();
	must(verify_bundle(&r, &trust, buf_str(&tar)));
	opened = now() - begin;
	for (size_t i = 0; i < r.faults && i < 5; i++)
		printf("fault %s [%s]\n", fault_name(r.fault[i].id), r.fault[i].where);
	begin = now();
	hash_bytes(buf_str(&tar), &h);
	begin = now() - begin;
	printf("entries %llu, %zu MB; made %.2f s, verified %.2f s, SHA-256 of the same bytes %.2f s: verifying is %.1f times that; shown %llu, accepted %s\n", (unsigned long long)n, tar.n >> 20, build, opened, begin,
	    opened / begin, (unsigned long long)r.shown, r.faults ? "no" : "yes");
	return r.faults != 0;
}
