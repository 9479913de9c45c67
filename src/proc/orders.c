// SPDX-License-Identifier: Apache-2.0
/* Orders down, reports up: two fixed forms. */
#include "proc/orders.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/num.h"
#include "ipc/codec.h"

#define ORDER_BYTES_MAX (2 + 4 + ORDER_NAME_MAX + 4 + ORDER_VALUE_MAX)

enum rc
order_send(int fd, enum order_kind kind, enum proc_id who, const char *name, const char *value, const int *fds, size_t fds_count)
{
	union { char bytes[CMSG_SPACE(CHANNEL_LANES_MAX * sizeof(int))]; struct cmsghdr align; } control;
	struct buf b = BUF(ORDER_BYTES_MAX);
	struct iovec iov;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	enum rc rc = RC_OK;

	if (fds_count > CHANNEL_LANES_MAX || strlen(name) >= ORDER_NAME_MAX || strlen(value) >= ORDER_VALUE_MAX)
		return FAIL(RC_LIMIT, "order '%.20s' is too large", name);
	TRY(put_u8(&b, (uint8_t)kind));
	TRY(put_u8(&b, (uint8_t)who));
	TRY(put_str(&b, str_of(name)));
	TRY(put_str(&b, str_of(value)));
	iov = (struct iovec){ b.p, b.n };
	if (fds_count) {
		struct cmsghdr *c;

		memset(&control, 0, sizeof(control));
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(fds_count * sizeof(int));
		c = CMSG_FIRSTHDR(&msg);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(fds_count * sizeof(int));
		memcpy(CMSG_DATA(c), fds, fds_count * sizeof(int));
	}
	if (sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		rc = FAIL_OS("order '%s'", name);
		rc = rc_context(RC_PEER, "it takes no orders");
	}
out:
	buf_free(&b);
	return rc;
}

enum rc
order_recv(int fd, struct order *ret)
{
	union { char bytes[CMSG_SPACE(CHANNEL_LANES_MAX * sizeof(int))]; struct cmsghdr align; } control;
	char bytes[ORDER_BYTES_MAX];
	struct iovec iov = { bytes, sizeof(bytes) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof(control.bytes) };
	struct reader r;
	struct str name, value;
	ssize_t n;

	do
		n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return FAIL(RC_NOTFOUND, "warden is gone");
	if (n < 0)
		return FAIL_OS("receive orders");
	memset(ret, 0, sizeof(*ret));
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
			ret->fds_count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
			memcpy(ret->fds, CMSG_DATA(c), ret->fds_count * sizeof(int));
		}
	r = reader_of((struct str){ bytes, (size_t)n });
	ret->kind = get_u8(&r);
	ret->who = get_u8(&r);
	name = get_str(&r, ORDER_NAME_MAX - 1);
	value = get_str(&r, ORDER_VALUE_MAX - 1);
	memcpy(ret->name, name.n ? name.p : "", name.n);
	memcpy(ret->value, value.n ? value.p : "", value.n);
	return get_end(&r) == RC_OK ? RC_OK : rc_context(RC_PEER, "an order");
}

enum rc
report_send(int fd, enum report_kind kind, enum proc_id who, uint32_t bits)
{
	char bytes[8] = { (char)kind, (char)who };

	put_be32(bytes + 4, bits);
	return send(fd, bytes, sizeof(bytes), MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)sizeof(bytes) ? RC_OK : FAIL_OS("report to warden");
}

enum rc
report_recv(int fd, struct report *ret)
{
	char bytes[9];
	ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT); /* plain recv: a descriptor sent along is dropped by the kernel */

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return FAIL(RC_TIMEOUT, "no report");
	if (n == 0 || (n < 0 && errno == ECONNRESET))
		return FAIL(RC_NOTFOUND, "closed");
	if (n < 0)
		return FAIL_OS("receive a report");
	if (n != 8 || (bytes[0] != REPORT_READY && bytes[0] != REPORT_NONSENSE) || (unsigned char)bytes[1] >= PROC_COUNT || bytes[2] || bytes[3])
		return FAIL(RC_PEER, "a report of no known form");
	*ret = (struct report){ (enum report_kind)bytes[0], (enum proc_id)bytes[1], get_be32(bytes + 4) };
	return RC_OK;
}
