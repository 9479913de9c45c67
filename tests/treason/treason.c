// SPDX-License-Identifier: Apache-2.0
/*
 * treason DIR: for each process a stand-in for every other one, saying every message.
 *
 * Acts as warden on a prepared installation: starts the real processes in the
 * real sandbox, then replaces the lanes of one caller after the other by its
 * own and says each message of routes.def on them. Exactly the rows of the
 * table may be answered; everything else must be reported and the lane closed.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/num.h"
#include "os/file.h"
#include "proc/launch.h"
#include "proc/orders.h"

#define WAIT_MS 15000

static struct station station;
static struct { pid_t pid; int orders_fd; bool up; } children[PROC_COUNT];
static int passed, failed;

static void
give_up(const char *what)
{
	printf("treason: %s: %s\n", what, rc_trail());
	for (int id = 0; id < PROC_COUNT; id++)
		if (children[id].pid > 0)
			(void)kill(children[id].pid, SIGKILL);
	exit(1);
}

static void
must(enum rc rc, const char *what)
{
	if (rc != RC_OK)
		give_up(what);
}

/* One report of a process, waited for; false when none came. */
static bool
report_wait(enum proc_id id, int ms, struct report *ret)
{
	struct pollfd p = { children[id].orders_fd, POLLIN, 0 };

	return poll(&p, 1, ms) == 1 && report_recv(children[id].orders_fd, ret) == RC_OK;
}

static bool
any_route(enum proc_id from, enum proc_id to)
{
	for (int m = MESSAGE_NONE + 1; m < MESSAGE_COUNT; m++)
		if (route_allowed(m, from, to))
			return true;
	return false;
}

static void
pair(enum proc_id from, enum proc_id to)
{
	for (int i = 0, ends[2][4]; i < 1; i++) {
		for (int k = 0, one[2]; k < 4; k++) {
			must(channel_pair(one), "pair");
			ends[0][k] = one[0];
			ends[1][k] = one[1];
		}
		must(order_send(children[from].orders_fd, ORDER_PEER, to, "", "", ends[0], 4), "lanes");
		must(order_send(children[to].orders_fd, ORDER_CALLERS, from, "", "", ends[1], 4), "lanes");
		for (int k = 0; k < 4; k++) {
			(void)close(ends[0][k]); /* our copies */
			(void)close(ends[1][k]);
		}
	}
}

static void
start(enum proc_id id)
{
	struct report r;

	must(launch(&station, id, -1, &children[id].pid, &children[id].orders_fd), proc_name(id));
	must(launch_equip(&station, id, -1, children[id].orders_fd), proc_name(id));
	children[id].up = true;
	for (int to = 1; to < PROC_COUNT; to++)
		if (to != (int)id && children[to].up && any_route(id, to))
			pair(id, to);
	must(order_send(children[id].orders_fd, ORDER_GO, id, "", "", NULL, 0), proc_name(id));
	if (!report_wait(id, WAIT_MS, &r) || r.kind != REPORT_READY)
		give_up(proc_name(id));
}

static void
verdict(enum proc_id to, enum proc_id from, enum message m, const char *how, bool good, const char *got)
{
	good ? passed++ : failed++;
	if (!good)
		printf("%s to %s, %s%s: %s\n", proc_name(from), proc_name(to), message_name(m), how, got);
}

/* Says it on a fresh lane: true when it was answered, false when it was reported and the lane closed. */
static const char *
say(enum proc_id to, enum proc_id from, enum message m, int lane)
{
	char packet[8] = { 1, 1 }, answer[65536];
	struct pollfd p[2] = { { lane, POLLIN, 0 }, { children[to].orders_fd, POLLIN, 0 } };
	struct report r = { 0 };

	put_be16(packet + 2, (uint16_t)m);
	put_be32(packet + 4, 1);
	if (send(lane, packet, sizeof(packet), MSG_NOSIGNAL) != (ssize_t)sizeof(packet))
		return "lane closed before";
	if (poll(p, 2, WAIT_MS) <= 0)
		return "silence";
	if (p[1].revents) {
		if (report_recv(children[to].orders_fd, &r) != RC_OK)
			return "it died";
		if (r.kind != REPORT_NONSENSE || r.who != from)
			return "another report";
		if (poll(p, 1, WAIT_MS) != 1 || recv(lane, answer, sizeof(answer), 0) > 0)
			return "reported, lane open";
		return "refused";
	}
	return recv(lane, answer, sizeof(answer), 0) >= 9 && answer[1] != 1 ? "answered" : "closed without a report";
}

static int
fresh_lane(enum proc_id to, enum proc_id from)
{
	int ends[2];

	must(channel_pair(ends), "lane");
	must(order_send(children[to].orders_fd, ORDER_CALLERS, from, "", "", &ends[1], 1), "lane");
	(void)close(ends[1]); /* our copy */
	return ends[0];
}

static void
betray(enum proc_id to)
{
	for (int from = 0; from < PROC_COUNT; from++)
		for (int m = 0; m <= MESSAGE_COUNT && from != (int)to; m++) {
			int lane = fresh_lane(to, from);
			const char *want = route_allowed(m, from, to) ? "answered" : "refused", *got = say(to, from, m, lane);

			verdict(to, from, m, "", strcmp(want, got) == 0, got);
			if (strcmp(got, "answered") == 0 && route_once(m, from)) {
				got = say(to, from, m, lane);
				verdict(to, from, m, " twice", strcmp(got, "refused") == 0, got);
			}
			(void)close(lane); /* spent */
			if (waitpid(children[to].pid, NULL, WNOHANG) == children[to].pid) {
				children[to].pid = 0;
				give_up("a process died of what another said");
			}
		}
}

/* A reader, a worker or an apply hears one caller for one job: each message gets one of its own. */
static void
betray_one_shot(enum proc_id to, uint16_t row)
{
	for (int from = 0; from < PROC_COUNT; from++)
		for (int m = 0; m <= MESSAGE_COUNT && from != (int)to; m++) {
			const char *want = route_allowed(m, from, to) ? "answered" : "refused", *got;
			int lane;

			must(launch(&station, to, row, &children[to].pid, &children[to].orders_fd), proc_name(to));
			must(launch_equip(&station, to, row, children[to].orders_fd), proc_name(to));
			lane = fresh_lane(to, from);
			must(order_send(children[to].orders_fd, ORDER_GO, to, "", "", NULL, 0), proc_name(to));
			if (!report_wait(to, WAIT_MS, &(struct report){ 0 }))
				give_up(proc_name(to));
			got = say(to, from, m, lane);
			verdict(to, from, m, "", strcmp(want, got) == 0, got);
			(void)close(lane); /* spent */
			(void)close(children[to].orders_fd);
			(void)kill(children[to].pid, SIGKILL);
			(void)waitpid(children[to].pid, NULL, 0);
		}
	children[to].pid = 0;
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	(void)signal(SIGPIPE, SIG_IGN);
	must(station_open(argv[1], false, &station), argv[1]);
	for (size_t i = 0; i < launch_count; i++)
		start(launch_order[i]);
	for (size_t i = launch_count; i-- > 0;) /* whoever is asked betrays later than who asks */
		betray(launch_order[i]);
	betray_one_shot(PROC_READER, 3);
	betray_one_shot(PROC_WORKER, 101);
	betray_one_shot(PROC_WORKER, 103);
	betray_one_shot(PROC_APPLY, 201);
	for (size_t i = launch_count; i-- > 0;) {
		(void)kill(children[launch_order[i]].pid, SIGKILL);
		(void)waitpid(children[launch_order[i]].pid, NULL, 0);
	}
	station_close(&station);
	printf("%d passed, %d failed\n", passed, failed);
	return failed != 0 || passed == 0;
}
