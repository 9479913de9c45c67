// SPDX-License-Identifier: Apache-2.0
/*
 * NAME          tsujiban-core - the only yes or no
 * DOES          permits acts, judges what probe and readers saw, keeps statuses, indexes the ledger
 * TRUSTS        auth for who a session belongs to; ledger for durability; probe and readers for facts, not for verdicts
 * HOLDS         no key of its own; payload keys of the months it writes
 * MAY           read and write its own folder, read the catalogue
 * NEVER         opens a file of the host, runs a program, sees a password, has a network
 * IF IT FALLS   wrong decisions, each of them visible in the ledger; vault and ledger check again
 */
#include "core/contract.h"
#include "core/core.h"
#include "core/evidence.h"
#include "core/question.h"

#include <fcntl.h>
#include <string.h>

#include "base/num.h"
#include "base/time_text.h"
#include "os/machine.h"

#define REQUEST_THREADS 8

static enum rc
core_open(struct proc *proc, void **ret_state)
{
	struct core *c = calloc(1, sizeof(*c));

	if (c == NULL)
		abort();
	c->proc = proc;
	c->catalogue_fd = proc_fd(proc, "catalogue");
	if (c->catalogue_fd < 0) {
		free(c);
		return FAIL(RC_BUG, "core was given no catalogue");
	}
	pthread_mutex_init(&c->lock, NULL);
	pthread_mutex_init(&c->turn_lock, NULL);
	pthread_mutex_init(&c->index_lock, NULL);
	pthread_mutex_init(&c->key_lock, NULL);
	pthread_mutex_init(&c->views_lock, NULL);
	pthread_cond_init(&c->wake, NULL);
	*ret_state = c;
	return RC_OK;
}

/* A number that conf has checked. */
static int64_t
setting_n(struct core *c, const char *name)
{
	int64_t n = 0;

	if (num_parse(str_of(proc_setting(c->proc, name)), 1, INT32_MAX, &n) != RC_OK)
		rc_trail_clear();
	return n;
}

static enum rc
core_start(void *state)
{
	struct core *c = state;
	int own = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	uint64_t index;
	enum rc rc = RC_OK;

	if (own < 0)
		return FAIL_OS("the own folder");

	c->started_at_us = core_now_us();
	c->auth = proc_peer(c->proc, PROC_AUTH);
	c->ledger = proc_peer(c->proc, PROC_LEDGER);
	c->vault = proc_peer(c->proc, PROC_VAULT);
	c->witness.every_us = setting_n(c, "witness_every_s") * SECOND_US;
	c->witness.silent_us = setting_n(c, "witness_silent_h") * HOUR_US;
	c->courier = proc_peer(c->proc, PROC_COURIER);
	c->warden = proc_peer(c->proc, PROC_WARDEN);
	(void)snprintf(c->mode, sizeof(c->mode), "%s", proc_setting(c->proc, "mode")); /* "root" or "user" */
	exception_notice_days(c, proc_setting(c->proc, "exception_notice_days"));
	c->state_path = "/state.db";
	machine_name(c->machine, sizeof(c->machine));
	TRY(state_open(c));
	TRY(contracts_load(c));
	TRY(contracts_start(c));
	TRY(register_load(c));
	TRY(exception_load(c));
	TRY(delegation_load(c));
	TRY(hold_load(c));
	TRY(question_load(c));
	TRY(glass_load(c));
	TRY(windows_load(c));
	TRY(paper_load(c));
	TRY(schedule_fit(c));
	TRY(record_leaf(c, &(struct leaf){ .type = LEAF_STATION, .name = STR(STATION_STARTED) }, NULL, &index)); /* ends the acts a fallen core left open */
	statuses_lapse(c);
	TRY(schedule_start(c));
	TRY(watch_start(c));
	TRY(evidence_start(c, own));
out:
	return rc;
}

static void
core_stop(void *state)
{
	struct core *c = state;

	core_lock(c);
	c->stopping = true;
	pthread_cond_broadcast(&c->wake);
	core_unlock(c);
	views_flush(c);
	place_flush(c);
	db_close(c->db);
}

static enum rc
handle_act(void *state, struct str body, struct call *call)
{
	struct act_request q;
	enum rc rc = RC_OK;

	TRY(act_request_decode(body, &q));
	TRY(act_do(state, &q, call->answer));
out:
	return rc;
}

static enum rc
handle_door(void *state, struct str body, struct call *call)
{
	struct str address;
	enum door door;
	enum rc rc = RC_OK;

	(void)call;
	TRY(door_request_decode(body, &address, &door));
	TRY(place_door(state, address, door));
out:
	return rc;
}

static enum rc
handle_child_event(void *state, struct str body, struct call *call)
{
	struct child_request q;
	enum rc rc = RC_OK;

	TRY(child_request_decode(body, &q));
	TRY(child_event(state, &q));
out:
	return rc;
}

static const struct handler handlers[] = {
	{ MESSAGE_CORE_ACT, handle_act },
	{ MESSAGE_CORE_DOOR, handle_door },
	{ MESSAGE_CORE_CHILD_EVENT, handle_child_event },
	{ 0, NULL },
};

int
main(int argc, char **argv)
{
	static const struct proc_spec spec = {
		.id = PROC_CORE,
		.needs = NEED_FILES_READ | NEED_FILES_WRITE,
		.threads = REQUEST_THREADS,
		.handlers = handlers,
		.open = core_open,
		.start = core_start,
		.stop = core_stop,
	};

	return proc_run(&spec, argc, argv);
}
