// SPDX-License-Identifier: Apache-2.0
/* Reads leaf after leaf: counts, period, sequences of the sources, epochs, silences. */
#include "base/num.h"
#include "tool/verify.h"

static void
note_times(struct report *r, uint64_t index, const struct leaf *l)
{
	if (r->leaves == 0) {
		r->first_at_us = l->received_at_us;
	} else if (l->received_at_us < r->last_at_us) {
		report_fault(r, FAULT_TIME_BACKWARDS, "#%llu", (unsigned long long)index);
	} else if (l->received_at_us - r->last_at_us > r->silence_us) {
		r->silence_us = l->received_at_us - r->last_at_us;
		r->silence_from_us = r->last_at_us;
	}
	if (r->leaves == 0 || l->received_at_us > r->last_at_us)
		r->last_at_us = l->received_at_us;
	if (l->claimed_at_us > l->received_at_us)
		r->clock_back++; /* received before it happened: a clock was set back */
}

static void
note_sequence(struct report *r, uint64_t index, const struct leaf *l)
{
	struct source_seen *s = &r->source[l->source];

	if (l->source_seq > s->last + 1) {
		report_fault(r, FAULT_SEQUENCE_HOLE, "#%llu source %d: %llu, %llu", (unsigned long long)index, l->source, (unsigned long long)s->last, (unsigned long long)l->source_seq);
		s->holes += l->source_seq - s->last - 1;
	} else if (l->source_seq <= s->last) {
		report_fault(r, FAULT_SEQUENCE_REPEATED, "#%llu source %d: %llu, %llu", (unsigned long long)index, l->source, (unsigned long long)s->last, (unsigned long long)l->source_seq);
	}
	if (l->source_seq > s->last)
		s->last = l->source_seq;
	s->entries++;
}

static void
note_epoch(struct report *r, uint64_t index, const struct leaf *l)
{
	uint32_t before = r->epochs ? r->epochs_seen[r->epochs - 1].number : 0, number = get_be32(l->object.b + ID_BYTES - 4);

	if (number <= before || l->begin != index || l->last > index || r->epochs == EPOCHS_KEPT || (index == 0) != (number == 1)) {
		report_fault(r, FAULT_EPOCH_WRONG, "#%llu", (unsigned long long)index);
		return;
	}
	r->epochs_seen[r->epochs++] = (struct epoch_seen){ number, index, l->last, l->commitment };
}

void
leaf_note(struct report *r, uint64_t index, struct str entry)
{
	struct leaf l;

	if (leaf_decode(entry, &l) != RC_OK) {
		rc_trail_clear();
		report_fault(r, FAULT_LEAF_MALFORMED, "#%llu", (unsigned long long)index);
		return;
	}
	if (index == 0 && l.type != LEAF_EPOCH)
		report_fault(r, FAULT_EPOCH_MISSING, "#0");
	note_times(r, index, &l);
	note_sequence(r, index, &l);
	if (l.type == LEAF_EPOCH)
		note_epoch(r, index, &l);
	if ((l.type == LEAF_ACT_OUTCOME && l.begin >= index) || (l.type == LEAF_CONFIRM && (l.begin > l.last || l.last >= index)))
		report_fault(r, FAULT_REFERENCE_WRONG, "#%llu", (unsigned long long)index);
	r->by_type[l.type]++;
	r->leaves++;
	r->has_leaves = true;
}
