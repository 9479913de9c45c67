// SPDX-License-Identifier: Apache-2.0
/*
 * The machine as core sees it: not at all. A look that runs here by mistake
 * can only answer "could not look".
 */
#include "os/host.h"

#define NO_LOOK(what) FAIL(RC_DENIED, "%s: this process does not look at the machine", (what))

enum rc host_read(const struct host *h, const char *path, size_t bytes_max, struct buf *ret) { return NO_LOOK(path); }
enum rc host_read_head(const struct host *h, const char *path, size_t bytes, struct buf *ret) { return NO_LOOK(path); }
enum rc host_read_pieces(const struct host *h, const char *path, size_t bytes_max, host_take *take, void *context) { return NO_LOOK(path); }
enum rc host_list(const struct host *h, const char *path, size_t names_max, struct arena *a, struct str **ret, size_t *ret_n) { return NO_LOOK(path); }
enum rc host_link(const struct host *h, const char *path, struct buf *ret) { return NO_LOOK(path); }
enum rc host_stat(const struct host *h, const char *path, struct host_stat *ret) { return NO_LOOK(path); }
enum rc host_xattrs(const struct host *h, const char *path, struct arena *a, struct str **ret, size_t *ret_n) { return NO_LOOK(path); }
enum rc host_xattr(const struct host *h, const char *path, const char *name, size_t bytes_max, struct buf *ret) { return NO_LOOK(path); }
enum rc host_netlink(const struct host *h, int protocol, uint16_t type, struct str body, size_t bytes_max, struct buf *ret) { return NO_LOOK("netlink"); }
enum rc host_run(const struct host *h, const char *row, size_t bytes_max, struct buf *ret) { return NO_LOOK(row); }
enum rc host_run_with(const struct host *h, const char *row, const struct host_word *words, size_t words_count, size_t bytes_max, int timeout_ms, struct buf *ret) { return NO_LOOK(row); }
enum rc host_tcp_open(const struct host *h, const struct host_to *to, size_t bytes_max, int timeout_ms, struct host_tcp **ret) { return NO_LOOK(to->address); }
enum rc host_tcp_send(struct host_tcp *t, struct str bytes) { return NO_LOOK("tcp"); }
enum rc host_tcp_recv(struct host_tcp *t, struct buf *ret) { return NO_LOOK("tcp"); }
void host_tcp_again(struct host_tcp *t, size_t bytes_max, int timeout_ms) { }
void host_tcp_close(struct host_tcp *t) { }
enum rc host_no_more_peers(const struct host *h) { return NO_LOOK("tcp"); }
enum rc host_udp_ask(const struct host *h, const struct host_to *to, struct str request, size_t bytes_max, int timeout_ms, struct buf *ret) { return NO_LOOK(to->address); }
enum rc host_unix_ask(const struct host *h, const char *path, struct str request, size_t bytes_max, int timeout_ms, struct buf *ret) { return NO_LOOK(path); }
enum rc host_clock(const struct host *h, struct host_clock *ret) { return NO_LOOK("clock"); }
enum rc host_uname(const struct host *h, struct arena *a, struct str *ret_release) { return NO_LOOK("uname"); }
uint32_t host_owner(const struct host *h) { return 0; }
int64_t host_now_us(const struct host *h) { return 0; }
struct host_count host_counted(const struct host *h) { return (struct host_count){ 0 }; }
