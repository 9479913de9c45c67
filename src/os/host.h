// SPDX-License-Identifier: Apache-2.0
/*
 * host - questions to the machine; nothing here changes anything.
 *
 * Three bodies link against this header: host_linux.c (probe and reader), a
 * recorded tree (host_tree.c, tests), and host_none.c (core: every look
 * answers "could not look"). Every file is opened beneath `root`: a symbolic
 * link, absolute or not, stays inside it, and only regular files are read.
 * Every read has a ceiling; each call counts files and bytes. Thread-safe.
 */
#ifndef OS_HOST_H
#define OS_HOST_H

#include "base/str.h"

struct host; /* opaque */

struct host_count { uint64_t files, bytes, execs, connections; };

/* RC_NOTFOUND: it is not there (an answer); RC_LIMIT, RC_DENIED, RC_IO: could not look. */
MUST_USE enum rc host_read(const struct host *, const char *path, size_t bytes_max, struct buf *ret);
/* The first `bytes` of a file, or all of it when it is shorter. */
MUST_USE enum rc host_read_head(const struct host *, const char *path, size_t bytes, struct buf *ret);
/* A whole file in pieces, for large ones: `take` gets each in turn and may end it by failing. */
typedef enum rc host_take(void *context, struct str piece);
MUST_USE enum rc host_read_pieces(const struct host *, const char *path, size_t bytes_max, host_take *, void *context);
/* Names in a directory, sorted, "." and ".." left out; RC_LIMIT over `names_max`. */
MUST_USE enum rc host_list(const struct host *, const char *path, size_t names_max, struct arena *, struct str **ret, size_t *ret_n);
MUST_USE enum rc host_link(const struct host *, const char *path, struct buf *ret);
struct host_stat { bool exists; uint32_t mode, uid, gid; uint64_t size; int64_t modified_at_us, changed_at_us; uint64_t inode; };
MUST_USE enum rc host_stat(const struct host *, const char *path, struct host_stat *ret);
/* Extended attributes: names, sorted, and the bytes of one ("security.capability", "system.posix_acl_access"). RC_NOTFOUND: no such file or attribute. */
MUST_USE enum rc host_xattrs(const struct host *, const char *path, struct arena *, struct str **ret, size_t *ret_n);
MUST_USE enum rc host_xattr(const struct host *, const char *path, const char *name, size_t bytes_max, struct buf *ret);
/* Raw netlink dump: request body after nlmsghdr; all answers joined. `protocol` e.g. NETLINK_SOCK_DIAG. */
MUST_USE enum rc host_netlink(const struct host *, int protocol, uint16_t type, struct str body, size_t bytes_max, struct buf *ret);
/* The fixed program of a row of readers.def, by the row's name: its standard output. RC_NOTFOUND: not installed. The last question of a look. */
MUST_USE enum rc host_run(const struct host *, const char *row, size_t bytes_max, struct buf *ret);
/* The same for a row with placeholders; `words` fill them, each checked as the row says. RC_SYNTAX: one is missing or not of its kind. */
struct host_word { struct str name, value; };
MUST_USE enum rc host_run_with(const struct host *, const char *row, const struct host_word *words, size_t words_count, size_t bytes_max, int timeout_ms, struct buf *ret);
/* One handshake over a Unix socket: send, read to the end. RC_NOTFOUND: no such socket or refused. */
MUST_USE enum rc host_unix_ask(const struct host *, const char *path, struct str request, size_t bytes_max, int timeout_ms, struct buf *ret);
/*
 * Peers over the network, for readers whose row has NEED_NETWORK; every file is read before the first of these
 * questions: from then on none opens. `address` is literal, IPv4 or IPv6; `interface` NULL: as routed, else out of
 * this one. `timeout_ms` and `bytes_max` are those of the whole connection. RC_NOTFOUND: refused, or (when receiving)
 * the peer has closed; RC_TIMEOUT: no answer in time, or no way there; RC_LIMIT: it said more than was asked for.
 */
#define HOST_CONNECTIONS_MAX 256 /* of one look */
struct host_to { const char *address; uint16_t port; const char *interface; };
struct host_tcp; /* one connection: the caller's until host_tcp_close(), which takes NULL too */
MUST_USE enum rc host_tcp_open(const struct host *, const struct host_to *, size_t bytes_max, int timeout_ms, struct host_tcp **ret);
MUST_USE enum rc host_tcp_send(struct host_tcp *, struct str);
MUST_USE enum rc host_tcp_recv(struct host_tcp *, struct buf *ret);  /* adds what has come, at least a byte */
void             host_tcp_again(struct host_tcp *, size_t bytes_max, int timeout_ms); /* as much to say, and as long, from now on */
void             host_tcp_close(struct host_tcp *);
/* What is open stays open and nothing else is asked for: the reader gives up the network itself before it hears a word. */
MUST_USE enum rc host_no_more_peers(const struct host *);
/* One datagram out, one back. RC_NOTFOUND: nobody listens there. */
MUST_USE enum rc host_udp_ask(const struct host *, const struct host_to *, struct str request, size_t bytes_max, int timeout_ms, struct buf *ret);
uint32_t         host_owner(const struct host *); /* who started the station: 0 or an ordinary user; for whose a file with a secret may be */
struct host_clock { bool synchronised; int64_t offset_us, max_error_us; int status; };
MUST_USE enum rc host_clock(const struct host *, struct host_clock *ret);   /* adjtimex, read only */
MUST_USE enum rc host_uname(const struct host *, struct arena *, struct str *ret_release);
int64_t          host_now_us(const struct host *);
struct host_count host_counted(const struct host *);

/* host_linux.c; takes the descriptor. Sockets for host_netlink (sock_diag, rtnetlink) are opened here, before the process locks itself in. */
struct host *host_open(int root_dirfd, bool netlink);
/* Called once host_run() has its output, before the caller gets to parse it, and by host_no_more_peers(); when it fails so do they. */
void         host_on_last_answer(struct host *, enum rc (*lock)(void *context), void *context);
/* Called before the first connection is made; when it fails so does every question over the network. */
void         host_on_first_peer(struct host *, enum rc (*lock)(void *context), void *context);
/*
 * host_tree.c: a recorded machine. Files stand below folder/root; folder/stat
 * has "mtime path" or
 * "mtime mode uid gid path" lines (mode octal; otherwise root's, 0644 or 0755),
 * folder/xattr has "name hex path" lines; answers are the files folder/netlink/PROTOCOL-TYPE-HEX
 * (first two bytes of the body), folder/run/ROW, folder/unix/WORD-BYTES or
 * folder/unix/WORD (of the request, up to its first NUL), folder/clock
 * ("now_us synchronised offset_us max_error_us status"), folder/uname. A line
 * "CLASS path" of folder/refuse makes that question fail: "DENIED /var/log/wtmp".
 * A peer is a folder tcp/ADDRESS-PORT or udp/ADDRESS-PORT ("@INTERFACE" added when
 * one was asked for); no such folder: refused. In it, "greeting" is what the peer
 * says first; what is sent is answered by the file named like its first line with
 * '_' for each byte but letters, digits, '.' and '-' (48 at most), else by "any";
 * then it closes. Files "tls" and "pem" make it speak TLS (crypt/tls_peer.h). A program with placeholders: run/ROW-VALUE (of the first, so
 * written), else run/ROW. "TIMEOUT tcp/192.0.2.1-443" of refuse: it hangs.
 */
struct host *host_open_tree(const char *folder);
void         host_close(struct host *);

#endif
