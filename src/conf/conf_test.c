// SPDX-License-Identifier: Apache-2.0
#include "conf/conf.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/test.h"

CASE(nothing_written_means_the_defaults)
{
	struct conf *c = NULL;

	CHECK_OK(conf_parse("tsujiban.yaml", STR("# only words\n\n"), &c));
	CHECK_STR(str_of(conf_s(c, "listen")), "127.0.0.1 ::1");
	CHECK_INT(conf_n(c, "port"), 8443);
	CHECK_STR(str_of(conf_s(c, "port")), "8443");
	CHECK_STR(str_of(conf_s(c, "tls_key")), "");
	CHECK(!conf_is_set(c, "port"));
	conf_free(c);
}

CASE(what_is_written_is_in_force)
{
	struct conf *c = NULL;

	CHECK_OK(conf_parse("tsujiban.yaml", STR("port: 443\nlisten:\n- 0.0.0.0\n- \"::\"\nhost_name: ban-1.city.example.jp\ntls_cert: /a/c.pem\ntls_key: /a/k.pem\n"), &c));
	CHECK_INT(conf_n(c, "port"), 443);
	CHECK(conf_is_set(c, "port"));
	CHECK(!conf_is_set(c, "uid_base"));
	CHECK_STR(str_of(conf_s(c, "listen")), "0.0.0.0 ::");
	CHECK_STR(str_of(conf_s(c, "tls_cert")), "/a/c.pem");
	CHECK_INT(conf_n(c, "lock_after_failures"), 5);
	conf_free(c);
}

CASE(a_wrong_file_is_refused_whole_with_its_line)
{
	static const struct { const char *text, *sentence; } bad[] = {
		{ "port: 443\nprot: 1\n", "f:2: 知らないキー 'prot' / unknown key 'prot'" },
		{ "port: 443\nport: 444\n", "f:2: キー 'port' が2回あります（最初は 1 行目） / key 'port' stands twice (first on line 1)" },
		{ "port: many\n", "f:1: 'port' は 1 から 65535 までの整数でなければなりません（'many'） / 'port' must be a whole number from 1 to 65535 (not 'many')" },
		{ "port: \"443\"\n", "f:1: 'port' は 1 から 65535 までの整数でなければなりません（'443'） / 'port' must be a whole number from 1 to 65535 (not '443')" },
		{ "\nport: 0\n", "f:2: 'port' は 1 から 65535 までの整数でなければなりません（'0'） / 'port' must be a whole number from 1 to 65535 (not '0')" },
		{ "port: [1]\n", "f:1: 'port' は値でなければなりません / 'port' must be a single value" },
		{ "listen: 127.0.0.1\n", "f:1: 'listen' は一覧（- で始まる行、または [ ]）でなければなりません / 'listen' must be a list (lines with -, or [ ])" },
		{ "listen: []\n", "f:1: 'listen' には 1 から 16 個のアドレスを書きます / 'listen' takes 1 to 16 addresses" },
		{ "listen:\n- localhost\n", "f:2: 'localhost' は IPv4 または IPv6 のアドレスではありません / 'localhost' is not an IPv4 or IPv6 address" },
		{ "listen: [127.0.0.1, 127.0.0.1]\n", "f:1: アドレス '127.0.0.1' が2回あります / address '127.0.0.1' stands twice" },
		{ "host_name: a..b\n", "f:1: 'a..b' はホスト名ではありません / 'a..b' is not a host name" },
		{ "host_name: -a\n", "f:1: '-a' はホスト名ではありません / '-a' is not a host name" },
		{ "host_name:\n", "f:1: '' はホスト名ではありません / '' is not a host name" },
		{ "certificate_authorities: /a\ncertificate_port: 8443\n", "f:1: certificate_port は port や admin_port と別にします / certificate_port must differ from port and admin_port" },
		{ "tls_cert: /a/b\n", "f:1: tls_cert と tls_key は一組で書きます / tls_cert and tls_key go together" },
		{ "tls_cert: a\ntls_key: /b\n", "f:1: 'tls_cert' は / で始まる絶対パスでなければなりません / 'tls_cert' must be an absolute path" },
		{ "tls_cert: /a\ntls_key: \"/b\\nc\"\n", "f:2: 'tls_key' は / で始まる絶対パスでなければなりません / 'tls_key' must be an absolute path" },
		{ "lock_after_failures: 1000\n", "f:1: 'lock_after_failures' は 3 から 10 までの整数でなければなりません（'1000'） / 'lock_after_failures' must be a whole number from 3 to 10 (not '1000')" },
		{ "- port\n", "f:1: '-' はキーと値の組でなければなりません / '-' must be a map of keys and values" },
	};
	struct conf *old = NULL, *kept;

	CHECK_OK(conf_defaults(&old));
	kept = old;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK_RC(conf_parse("f", str_of(bad[i].text), &old), RC_SYNTAX);
		CHECK_STR(str_of(rc_trail()), bad[i].sentence);
		CHECK(old == kept);
	}
	conf_free(old);
}

CASE(ports_and_the_first_day)
{
	static const char *const bad[] = { "ports: 22/tcp\n", "ports: [22]\n", "ports: [22/sctp]\n", "ports: [0/tcp]\n", "ports: [80-22/tcp]\n", "ports: [1-70000/udp]\n", "ports: [22/tcp/x]\n",
		"ports: [\"\"]\n", "ports: [-5/tcp]\n", "go_live: 2026-13-01\n", "go_live: yesterday\n",
		"exception_notice_days: 30\n", "exception_notice_days: [367]\n", "exception_notice_days: [-1]\n", "exception_notice_days: [7 days]\n" };
	struct conf *c = NULL;

	CHECK_OK(conf_parse("f", STR("ports:\n  - 22/tcp   # administration\n  - 8000-8010/udp\ngo_live: 2026-04-01\nexception_notice_days: [60, 14]\n"), &c));
	CHECK_STR(str_of(conf_s(c, "exception_notice_days")), "60 14");
	CHECK_STR(str_of(conf_s(c, "ports")), "22/tcp 8000-8010/udp");
	CHECK_STR(str_of(conf_s(c, "go_live")), "2026-04-01");
	conf_free(c);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		c = NULL;
		CHECK_RC(conf_parse("f", str_of(bad[i]), &c), RC_SYNTAX);
	}
}

/* The shipped file is true: with every # taken away it says what is in force without it. */
CASE(the_sample_names_every_key_with_its_default)
{
	struct buf b = BUF(16384), bare = BUF(16384);
	struct str rest, line;
	struct conf *c = NULL, *d = NULL;

	CHECK_OK(conf_sample(&b));
	CHECK_OK(conf_parse("sample", buf_str(&b), &c));
	conf_free(c);
	c = NULL;
	rest = buf_str(&b);
	while (str_line(&rest, &line))
		if (line.n > 1 && line.p[0] == '#' && line.p[1] != ' ')
			CHECK_OK(buf_addf(&bare, STR_FMT "\n", STR_ARG(str_sub(line, 1, line.n))));
	CHECK_OK(conf_parse("bare", buf_str(&bare), &c));
	CHECK_OK(conf_defaults(&d));
	for (size_t i = 0; conf_keys[i].name && c && d; i++) {
		CHECK(conf_is_set(c, conf_keys[i].name));
		CHECK_STR(str_of(conf_s(c, conf_keys[i].name)), conf_s(d, conf_keys[i].name));
		CHECK_INT(conf_n(c, conf_keys[i].name), conf_n(d, conf_keys[i].name));
	}
	conf_free(c);
	conf_free(d);
	buf_free(&b);
	buf_free(&bare);
}

CASE(a_file_others_may_write_is_refused)
{
	char folder[] = "/tmp/conf_test.XXXXXX";
	struct conf *c = NULL;
	int dir, fd;

	CHECK(mkdtemp(folder) != NULL);
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	CHECK_RC(conf_load(dir, CONF_FILE, &c), RC_NOTFOUND);
	fd = openat(dir, CONF_FILE, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(write(fd, "port: 9000\n", 11) == 11);
	CHECK_OK(conf_load(dir, CONF_FILE, &c));
	CHECK_INT(c ? conf_n(c, "port") : 0, 9000);
	conf_free(c);
	c = NULL;
	CHECK(fchmod(fd, 0620) == 0);
	CHECK_RC(conf_load(dir, CONF_FILE, &c), RC_DENIED);
	CHECK(fchmod(fd, 0602) == 0);
	CHECK_RC(conf_load(dir, CONF_FILE, &c), RC_DENIED);
	CHECK(fchmod(fd, 0644) == 0);
	CHECK_OK(conf_load(dir, CONF_FILE, &c));
	conf_free(c);
	c = NULL;
	if (getuid() == 0) { /* only root can give a file away */
		CHECK(fchown(fd, 12345, 0) == 0);
		CHECK_RC(conf_load(dir, CONF_FILE, &c), RC_DENIED);
	}
	CHECK(symlinkat(CONF_FILE, dir, "link.yaml") == 0);
	CHECK_RC(conf_load(dir, "link.yaml", &c), RC_IO);
	CHECK(mkfifoat(dir, "pipe.yaml", 0600) == 0);
	CHECK_RC(conf_load(dir, "pipe.yaml", &c), RC_DENIED);
	CHECK(ftruncate(fd, CONF_BYTES_MAX + 1) == 0 && fchown(fd, getuid(), getgid()) == 0);
	CHECK_RC(conf_load(dir, CONF_FILE, &c), RC_LIMIT);
	CHECK(c == NULL);
	(void)close(fd);
	(void)unlinkat(dir, CONF_FILE, 0);
	(void)unlinkat(dir, "link.yaml", 0);
	(void)unlinkat(dir, "pipe.yaml", 0);
	(void)close(dir);
	(void)rmdir(folder);
}

TEST_MAIN
