// SPDX-License-Identifier: Apache-2.0
/* The table of settings, and the one way into it. */
#include "conf/conf.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/mail_address.h"
#include "base/num.h"
#include "base/time_text.h"
#include "base/utf8.h"
#include "os/file.h"
#include "yaml/yaml.h"

const struct conf_key conf_keys[] = {
	{ "listen", CONF_ADDRESSES, 1, 0, "[\"127.0.0.1\", \"::1\"]",
	  "画面を出すアドレス。既定はこの機械の中だけ。外から使うときは、そのアドレスを足す。IPv6 は引用符で囲む。",
	  "Addresses of the console. By default only this machine itself; add an address to serve others. IPv6 in quotes." },
	{ "port", CONF_INT, 1, 65535, "8443",
	  "画面のポート番号。1023 以下は root で起動したときだけ使える。",
	  "Port of the console. 1023 and below need a start as root." },
	{ "admin_listen", CONF_ADDRESSES, 0, 0, "[]",
	  "管理の操作だけを受けるアドレス。ここへは、台帳「保守元アドレス」に届け出た所からしか入れない。空なら、管理の操作はこの機械の tsujiban コマンドだけで行う。",
	  "Addresses that take acts of administration: only declared maintenance addresses get in. Empty: administration by the tsujiban command of this machine alone." },
	{ "admin_port", CONF_INT, 1, 65535, "8444",
	  "admin_listen のポート番号。port とは別にする。",
	  "Port of admin_listen, another one than port." },
	{ "certificate_authorities", CONF_PATH, 0, 0, "\"\"",
	  "職員証などのICカードの電子証明書でサインインさせるとき、契約で認める認証局の証明書と失効リストを並べた PEM ファイル（絶対パス）。空なら使わない。入れ替えたら起動し直す。",
	  "PEM file (absolute path) of the authorities, and their lists of revoked certificates, whose IC cards may sign in. Empty: none may. Restart after changing it." },
	{ "certificate_port", CONF_INT, 1, 65535, "8445",
	  "電子証明書を受け取るポート番号。listen のアドレスで、certificate_authorities があるときだけ開く。",
	  "Port that asks for certificates, at the addresses of listen; open only with certificate_authorities." },
	{ "proxies", CONF_ADDRESSES, 0, 0, "[]",
	  "手前に置く中継サーバのアドレス。X-Forwarded-For や Forwarded を信じるのは、ここに書いた相手が付けたものだけ。",
	  "Addresses of reverse proxies in front: X-Forwarded-For and Forwarded are believed from these alone." },
	{ "confirm_s", CONF_INT, 5, 120, "120",
	  "自分を締め出しかねない変更を、新しい接続から確かめ直すまでの秒。過ぎると自動で元に戻る。",
	  "Seconds to confirm, over a new connection, a change that could lock its author out; then it is undone by itself." },
	{ "host_name", CONF_HOST_NAME, 0, 0, "localhost",
	  "利用者がブラウザに入れる名前。証明書と案内のアドレスに使う。",
	  "The name people type into their browser; it stands in the certificate and in links." },
	{ "tls_cert", CONF_PATH, 0, 0, "\"\"",
	  "自前の証明書に替えるときの PEM ファイル（絶対パス）。空なら、初回に作った証明書を使う。tls_key と一組。",
	  "PEM file (absolute path) of a certificate to use instead of the one made at first start. Goes with tls_key." },
	{ "tls_key", CONF_PATH, 0, 0, "\"\"",
	  "tls_cert の秘密鍵（絶対パス、ECDSA P-256）。読むのは鍵を預かるプロセスだけ。",
	  "The private key of tls_cert (absolute path, ECDSA P-256). Only the process that holds keys gets it." },
	{ "session_idle_min", CONF_INT, 5, 480, "30",
	  "操作がないまま自動でサインアウトするまでの分。離席した端末を残さないため。",
	  "Minutes without use until a session ends, so that an abandoned screen does not stay open." },
	{ "session_max_h", CONF_INT, 1, 24, "12",
	  "使い続けていてもサインインし直す時間。1回の勤務より長くしない。",
	  "Hours until even a session in use must sign in again; not longer than a shift." },
	{ "session_roles", CONF_ROLES, 0, 0, "[]",
	  "役割ごとに変えるときの、無操作の分/最長の時間（例: [administrator=10/8, on-call=60/24]）。無操作は1〜480分、最長は1〜24時間。2つの役割を持つ人には短いほうが効く。",
	  "Where a role differs: minutes without use / hours at most, e.g. [administrator=10/8, on-call=60/24]; 1 to 480 minutes, 1 to 24 hours. The shorter counts for whoever holds two roles." },
	{ "lock_after_failures", CONF_INT, 3, 10, "5",
	  "続けて何回まちがえたらその名前をロックするか。多すぎると総当たりを許し、少なすぎると本人が困る。",
	  "Failures in a row that lock an account: too many invite guessing, too few lock out its owner." },
	{ "lock_minutes", CONF_INT, 1, 1440, "15",
	  "ロックが自然に解けるまでの分。",
	  "Minutes until a lock ends by itself." },
	{ "password_chars_min", CONF_INT, 8, 64, "12",
	  "パスワードの最小の文字数。契約がこれより長く求めるときに増やす。数字や記号を混ぜるかは本人に任せる。",
	  "Fewest characters of a password; raise it where a contract asks for more. Which kinds are mixed is the holder's choice." },
	{ "password_classes_min", CONF_INT, 0, 4, "0",
	  "パスワードに混ぜさせる文字の種類の数（英小文字・英大文字・数字・それ以外）。契約が求めるときだけ増やす。0 は本人に任せる。",
	  "How many kinds of characters a password must mix (a-z, A-Z, 0-9, others). Raise it only where a contract asks; 0 leaves it to the holder." },
	{ "password_breach_list", CONF_PATH, 0, 0, "\"\"",
	  "漏れたパスワードの一覧（絶対パス）。SHA-1 の16進を大文字で昇順に、1行1件並べたもの（うしろの :回数 は無視）。載っているパスワードは使えない。空なら一覧なし。",
	  "List of leaked passwords (absolute path): SHA-1 in upper-case hexadecimal, sorted, one a line (a :count behind is ignored). A password on it is refused. Empty: no list." },
	{ "uid_base", CONF_INT, 1000, 2000000000, "64200",
	  "root で起動したとき、プロセスごとに使う利用者番号の最初。ほかで使っていない 32 個が要る。",
	  "First of the user ids the processes get when started as root; 32 ids nobody else uses." },
	{ "ports", CONF_PORTS, 0, 0, "[]",
	  "この機械で外に開けてよいポート（例: [22/tcp, 443/tcp, 8000-8010/udp]）。それぞれ理由をここにコメントで残す。載っていないポートが開くと不適合になる。画面のポートは書かなくてよい。",
	  "Ports of this machine that may be open to others, e.g. [22/tcp, 443/tcp, 8000-8010/udp]; keep the reason of each in a comment. Any other open port is a finding. The console's own need not be listed." },
	{ "go_live", CONF_DATE, 0, 0, "\"\"",
	  "業務を始めた日（例: 2026-04-01）。記録はこの日から読めればよい。空なら、機械を入れた日から数える。",
	  "The day the service began, e.g. 2026-04-01: records need to reach back no further. Empty: since the machine was installed." },
	{ "exception_notice_days", CONF_DAYS, 0, 0, "[30, 7, 1]",
	  "例外・対象外の期限が近いことを、何日前から知らせるか。近づくほど強く知らせる。",
	  "How many days before an exception ends it is announced; each step more urgently." },
	{ "collector_address", CONF_ADDRESS, 0, 0, "\"\"",
	  "台帳の記録を写しとして送る、別の機械の syslog サーバ（RFC 5424、TLS）のアドレス。ここに書いた相手のほかには何も送らない。空なら送らない。送るものは docs/collector.md。",
	  "Address of the syslog server (RFC 5424 over TLS) on another machine that gets a copy of the ledger's entries. Nothing is sent to anybody else. Empty: nothing is sent. What is sent: docs/collector.md." },
	{ "collector_port", CONF_INT, 1, 65535, "6514",
	  "そのポート番号。",
	  "Its port." },
	{ "collector_name", CONF_HOST_NAME, 0, 0, "\"\"",
	  "その証明書にある名前。空なら、証明書にアドレスが入っていなければならない。",
	  "The name in its certificate; empty: the certificate must hold the address." },
	{ "collector_ca", CONF_PATH, 0, 0, "\"\"",
	  "その証明書を出した認証局の PEM ファイル（絶対パス）。collector_address と一組。ここから出た証明書でなければ送らない。",
	  "PEM file (absolute path) of the authority its certificate comes from; goes with collector_address. Nothing is sent to a server that does not prove itself by it." },
	{ "collector_queue", CONF_INT, 1000, 10000000, "200000",
	  "相手が止まっている間、ディスクにためておく件数。あふれた分は数えて台帳に残し、記録そのものは台帳にある。",
	  "Entries kept on disk while it is away. What does not fit is counted and said in the ledger, where the entries themselves stay." },
	{ "witness_key", CONF_VKEY, 0, 0, "\"\"",
	  "発注者の立会人（tsujiban-witness）の検証鍵（名前+ハッシュ+鍵）。台帳の先頭に連署を受け、巻き戻しや枝分かれを見つける。空なら立会人なし。",
	  "Verifier key (name+hash+key) of the client's witness (tsujiban-witness): it cosigns the ledger's heads, and shows a rollback or a fork. Empty: no witness." },
	{ "witness_address", CONF_ADDRESS, 0, 0, "\"\"",
	  "立会人のアドレス。空なら、先頭と答えを媒体で運ぶ（tsujiban witness export / import）。",
	  "Address of the witness. Empty: heads and answers travel on a stick (tsujiban witness export / import)." },
	{ "witness_port", CONF_INT, 1, 65535, "8463",
	  "そのポート番号。",
	  "Its port." },
	{ "witness_name", CONF_HOST_NAME, 0, 0, "\"\"",
	  "その証明書にある名前。空なら、証明書にアドレスが入っていなければならない。",
	  "The name in its certificate; empty: the certificate must hold the address." },
	{ "witness_ca", CONF_PATH, 0, 0, "\"\"",
	  "立会人の証明書（tls.pem）、またはそれを出した認証局の PEM ファイル（絶対パス）。witness_address と一組。",
	  "PEM file (absolute path): the witness's certificate (its tls.pem) or the authority it comes from; goes with witness_address." },
	{ "witness_every_s", CONF_INT, 5, 3600, "60",
	  "先頭を立会人に届ける間隔の秒。",
	  "Seconds between heads for the witness." },
	{ "witness_silent_h", CONF_INT, 1, 8760, "48",
	  "連署が途絶えてから警報にするまでの時間。媒体で運ぶときは、運ぶ間隔より長くする。",
	  "Hours without a cosignature until it is an alarm; longer than the stick takes where one is carried." },
	{ "mail_address", CONF_ADDRESS, 0, 0, "\"\"",
	  "知らせのメールを渡すメールサーバのアドレス。ここに書いた相手のほかには渡さない。空なら送らない。送るものは docs/mail.md。",
	  "Address of the mail server that notices are handed to, and nobody else. Empty: no mail. What is sent: docs/mail.md." },
	{ "mail_port", CONF_INT, 1, 65535, "465",
	  "そのポート番号。465 は最初から TLS、ほかは STARTTLS を求め、応じなければ送らない。",
	  "Its port. 465 speaks TLS from the first byte; at any other STARTTLS is asked for, and without it nothing is sent." },
	{ "mail_name", CONF_HOST_NAME, 0, 0, "\"\"",
	  "その証明書にある名前。空なら、証明書にアドレスが入っていなければならない。",
	  "The name in its certificate; empty: the certificate must hold the address." },
	{ "mail_ca", CONF_PATH, 0, 0, "\"\"",
	  "その証明書を出した認証局の PEM ファイル（絶対パス）。mail_address と一組。",
	  "PEM file (absolute path) of the authority its certificate comes from; goes with mail_address." },
	{ "mail_from", CONF_MAIL, 0, 0, "\"\"",
	  "差出人のメールアドレス。届かなかった知らせはここに戻る。mail_address と一組。",
	  "The sender's mail address, where what cannot be delivered comes back to; goes with mail_address." },
	{ "mail_login", CONF_PATH, 0, 0, "\"\"",
	  "メールサーバに入るためのファイル（絶対パス）。1行目に利用者名、2行目にパスワード。だれでも読めるものは使わない。空なら認証しない。",
	  "File (absolute path) that signs in at the mail server: its user in the first line, the password in the second. Nobody else may read it. Empty: no authentication." },
	{ "webhook_address", CONF_ADDRESS, 0, 0, "\"\"",
	  "知らせを渡す webhook（連絡アプリなど）のアドレス。ここに書いた相手のほかには渡さない。空なら使わない。送るものは docs/mail.md。",
	  "Address of the webhook (of a messenger) that notices are handed to, and nobody else. Empty: none. What is sent: docs/mail.md." },
	{ "webhook_port", CONF_INT, 1, 65535, "443",
	  "そのポート番号。",
	  "Its port." },
	{ "webhook_name", CONF_HOST_NAME, 0, 0, "\"\"",
	  "その証明書にある名前。空なら、証明書にアドレスが入っていなければならない。",
	  "The name in its certificate; empty: the certificate must hold the address." },
	{ "webhook_ca", CONF_PATH, 0, 0, "\"\"",
	  "その証明書を出した認証局の PEM ファイル（絶対パス）。webhook_address と一組。",
	  "PEM file (absolute path) of the authority its certificate comes from; goes with webhook_address." },
	{ "webhook_path", CONF_PATH, 0, 0, "\"\"",
	  "渡す先のパス（/ で始まる）を1行目に書いたファイル（絶対パス）。合言葉を含むので、だれでも読めるものは使わない。webhook_address と一組。",
	  "File (absolute path) whose first line is the path to post to, from its \"/\" on. It holds a secret: nobody else may read it. Goes with webhook_address." },
	{ NULL, 0, 0, 0, NULL, NULL, NULL },
};
#define KEYS (sizeof(conf_keys) / sizeof(conf_keys[0]) - 1)
#define ADDRESSES_MAX 16
#define PORTS_MAX     128

struct conf {
	struct arena arena;
	struct { struct str text; int64_t n; bool set; } values[KEYS];
};

static bool
is_address(const char *s)
{
	unsigned char to[16];

	return inet_pton(AF_INET, s, to) == 1 || inet_pton(AF_INET6, s, to) == 1;
}

static enum rc
take_addresses(struct arena *arena, const struct yaml_node *n, int64_t min, struct str *ret)
{
	struct buf all = BUF(ADDRESSES_MAX * 64);
	enum rc rc = RC_OK;

	TRY(yaml_is(n, YAML_LIST));
	if ((int64_t)n->count < min || n->count > ADDRESSES_MAX)
		return YAML_FAIL(n, "'%s' には %d から %d 個のアドレスを書きます", "'%s' takes %d to %d addresses", n->key.p, (int)min, ADDRESSES_MAX);
	for (const struct yaml_node *c = n->first; c; c = c->next) {
		TRY(yaml_is(c, YAML_SCALAR));
		if (!is_address(c->text.p)) {
			rc = YAML_FAIL(c, "'%.60s' は IPv4 または IPv6 のアドレスではありません", "'%.60s' is not an IPv4 or IPv6 address", c->text.p);
			goto out;
		}
		for (const struct yaml_node *b = n->first; b != c; b = b->next)
			if (str_eq(b->text, c->text)) {
				rc = YAML_FAIL(c, "アドレス '%s' が2回あります", "address '%s' stands twice", c->text.p);
				goto out;
			}
		TRY(buf_addf(&all, "%s" STR_FMT, all.n ? " " : "", STR_ARG(c->text)));
	}
	*ret = all.n ? arena_dup(arena, buf_str(&all)) : STR("");
out:
	buf_free(&all);
	return rc;
}

static enum rc
take_host_name(const struct yaml_node *n, bool optional, struct str *ret)
{
	char before = '.';
	bool good;
	enum rc rc = RC_OK;

	TRY(yaml_is(n, YAML_SCALAR));
	if (n->text.n == 0 && optional) {
		*ret = n->text;
		return RC_OK;
	}
	good = n->text.n > 0 && n->text.n <= 253;
	for (size_t i = 0; good && i < n->text.n; i++) {
		char c = n->text.p[i];
		bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		good = word || (c == '-' && before != '.') || (c == '.' && before != '.' && before != '-');
		before = c;
	}
	if (!good || before == '.' || before == '-')
		return YAML_FAIL(n, "'%.60s' はホスト名ではありません", "'%.60s' is not a host name", n->text.p);
	*ret = n->text;
out:
	return rc;
}

static enum rc
take_path(const struct yaml_node *n, struct str *ret)
{
	struct text t;
	enum rc rc = RC_OK;

	TRY(yaml_is(n, YAML_SCALAR));
	if (n->text.n && (n->text.p[0] != '/' || n->text.n > 4000 || utf8_check(n->text, &t) != RC_OK))
		return YAML_FAIL(n, "'%s' は / で始まる絶対パスでなければなりません", "'%s' must be an absolute path", n->key.p);
	*ret = n->text;
out:
	return rc;
}

/* "22/tcp" or "8000-8010/udp" */
static bool
is_ports(struct str s)
{
	struct str first = STR_NONE, last = STR_NONE, range = STR_NONE;
	int64_t a, z;
	bool good;

	(void)str_cut(&s, '/', &range); /* `s` is the protocol now */
	good = str_eq(s, STR("tcp")) || str_eq(s, STR("udp"));
	(void)str_cut(&range, '-', &first);
	last = range.p ? range : first;
	good = good && num_parse(first, 1, 65535, &a) == RC_OK && num_parse(last, 1, 65535, &z) == RC_OK && a <= z;
	rc_trail_clear();
	return good;
}

static bool
is_days(struct str s)
{
	int64_t days;
	bool good = num_parse(s, 0, 366, &days) == RC_OK;

	rc_trail_clear();
	return good;
}

/* "administrator=10/8": whether there is such a role is asked by whoever knows the roles. */
static bool
is_role_limit(struct str s)
{
	struct str role = STR_NONE, idle = STR_NONE;
	int64_t n;
	bool good;

	(void)str_cut(&s, '=', &role);
	(void)str_cut(&s, '/', &idle); /* `s` is the hours now */
	good = role.n > 0 && role.n <= 32 && num_parse(idle, 1, 480, &n) == RC_OK && num_parse(s, 1, 24, &n) == RC_OK;
	for (size_t i = 0; i < role.n; i++)
		good = good && ((role.p[i] >= 'a' && role.p[i] <= 'z') || role.p[i] == '-');
	rc_trail_clear();
	return good;
}

/* A list of ports, of days, or of limits of roles. */
static enum rc
take_list(struct arena *arena, const struct yaml_node *n, enum conf_kind kind, struct str *ret)
{
	struct buf all = BUF(PORTS_MAX * 48);
	enum rc rc = RC_OK;

	TRY(yaml_is(n, YAML_LIST));
	if (n->count > PORTS_MAX)
		return YAML_FAIL(n, "'%s' に書けるのは %d 個までです", "'%s' takes up to %d entries", n->key.p, PORTS_MAX);
	for (const struct yaml_node *c = n->first; c; c = c->next) {
		TRY(yaml_is(c, YAML_SCALAR));
		if (kind == CONF_ROLES && !is_role_limit(c->text)) {
			rc = YAML_FAIL(c, "'%.60s' は administrator=10/8 の形ではありません", "'%.60s' is not like administrator=10/8", c->text.p);
			goto out;
		}
		if (kind == CONF_DAYS && !is_days(c->text)) {
			rc = YAML_FAIL(c, "'%.60s' は 0 から 366 までの日数ではありません", "'%.60s' is not a number of days from 0 to 366", c->text.p);
			goto out;
		}
		if (kind == CONF_PORTS && !is_ports(c->text)) {
			rc = YAML_FAIL(c, "'%.60s' は 22/tcp や 8000-8010/udp の形ではありません", "'%.60s' is not like 22/tcp or 8000-8010/udp", c->text.p);
			goto out;
		}
		TRY(buf_addf(&all, "%s" STR_FMT, all.n ? " " : "", STR_ARG(c->text)));
	}
	*ret = arena_dup(arena, buf_str(&all));
out:
	buf_free(&all);
	return rc;
}

static enum rc
take_date(const struct yaml_node *n, struct str *ret)
{
	int64_t at;
	enum rc rc = RC_OK;

	TRY(yaml_is(n, YAML_SCALAR));
	if (n->text.n && time_parse_date(n->text, &at) != RC_OK)
		return YAML_FAIL(n, "'%s' は 2026-04-01 の形の日付でなければなりません", "'%s' must be a date like 2026-04-01", n->key.p);
	*ret = n->text;
out:
	return rc;
}

/* Whether hash and key belong together is asked by whoever can hash. */
static bool
is_vkey(struct str s)
{
	struct str name = STR_NONE, hash = STR_NONE;

	(void)str_cut(&s, '+', &name);
	(void)str_cut(&s, '+', &hash); /* `s` is the key now: base64 may hold another plus */
	return name.n > 0 && name.n <= 255 && hash.n == 8 && s.n == 44;
}

static enum rc
take(struct conf *c, size_t k, const struct yaml_node *n)
{
	const struct conf_key *key = &conf_keys[k];
	struct str text = STR_NONE;
	int64_t v = 0;
	enum rc rc = RC_OK;

	switch (key->kind) {
	case CONF_INT:
		TRY(yaml_int(n, key->min, key->max, &v));
		text = arena_f(&c->arena, "%lld", (long long)v);
		break;
	case CONF_ADDRESSES:
		TRY(take_addresses(&c->arena, n, key->min, &text));
		break;
	case CONF_PORTS:
	case CONF_DAYS:
	case CONF_ROLES:
		TRY(take_list(&c->arena, n, key->kind, &text));
		break;
	case CONF_DATE:
		TRY(take_date(n, &text));
		break;
	case CONF_HOST_NAME:
		TRY(take_host_name(n, str_eq_c(str_of(key->otherwise), "\"\""), &text));
		break;
	case CONF_PATH:
		TRY(take_path(n, &text));
		break;
	case CONF_ADDRESS:
		TRY(yaml_is(n, YAML_SCALAR));
		if (n->text.n && !is_address(n->text.p))
			return YAML_FAIL(n, "'%.60s' は IPv4 または IPv6 のアドレスではありません", "'%.60s' is not an IPv4 or IPv6 address", n->text.p);
		text = n->text;
		break;
	case CONF_VKEY:
		TRY(yaml_is(n, YAML_SCALAR));
		if (n->text.n && !is_vkey(n->text))
			return YAML_FAIL(n, "'%s' は 名前+ハッシュ+鍵 の形の検証鍵でなければなりません", "'%s' must be a verifier key: name+hash+key", n->key.p);
		text = n->text;
		break;
	case CONF_MAIL:
		TRY(yaml_is(n, YAML_SCALAR));
		if (n->text.n && !mail_address_ok(n->text))
			return YAML_FAIL(n, "'%s' はメールアドレスでなければなりません（例: tsujiban@example.jp）", "'%s' must be a mail address such as tsujiban@example.jp", n->key.p);
		text = n->text;
		break;
	}
	if (text.p == NULL)
		return FAIL(RC_LIMIT, "settings: out of memory");
	c->values[k].text = text;
	c->values[k].n = v;
out:
	return rc;
}

static enum rc
take_map(struct conf *c, const struct yaml_node *map, bool set)
{
	const char *names[KEYS + 1] = { NULL };
	const struct yaml_node *cert = yaml_get(map, "tls_cert"), *key = yaml_get(map, "tls_key"), *collector = yaml_get(map, "collector_address"), *ca = yaml_get(map, "collector_ca");
	enum rc rc = RC_OK;

	for (size_t i = 0; i < KEYS; i++)
		names[i] = conf_keys[i].name;
	TRY(yaml_only(map, names));
	for (size_t i = 0; i < KEYS; i++) {
		const struct yaml_node *n = yaml_get(map, names[i]);

		if (n == NULL)
			continue;
		TRY(take(c, i, n));
		c->values[i].set = set;
	}
	if (set && *conf_s(c, "admin_listen") && conf_n(c, "admin_port") == conf_n(c, "port"))
		return YAML_FAIL(yaml_get(map, "admin_listen") ? yaml_get(map, "admin_listen") : map, "admin_port は port と別にします", "admin_port must differ from port");
	if (set && *conf_s(c, "certificate_authorities") && (conf_n(c, "certificate_port") == conf_n(c, "port") || (*conf_s(c, "admin_listen") && conf_n(c, "certificate_port") == conf_n(c, "admin_port"))))
		return YAML_FAIL(yaml_get(map, "certificate_authorities") ? yaml_get(map, "certificate_authorities") : map, "certificate_port は port や admin_port と別にします", "certificate_port must differ from port and admin_port");
	if ((cert && cert->text.n) != (key && key->text.n)) {
		const struct yaml_node *one = cert && cert->text.n ? cert : key;

		return YAML_FAIL(one, "tls_cert と tls_key は一組で書きます", "tls_cert and tls_key go together");
	}
	if (*conf_s(c, "witness_address") && !(*conf_s(c, "witness_ca") && *conf_s(c, "witness_key")))
		return YAML_FAIL(yaml_get(map, "witness_address") ? yaml_get(map, "witness_address") : map, "witness_address には witness_ca と witness_key も要ります", "witness_address needs witness_ca and witness_key too");
	if (*conf_s(c, "mail_address") && !(*conf_s(c, "mail_ca") && *conf_s(c, "mail_from")))
		return YAML_FAIL(yaml_get(map, "mail_address") ? yaml_get(map, "mail_address") : map, "mail_address には mail_ca と mail_from も要ります", "mail_address needs mail_ca and mail_from too");
	if (*conf_s(c, "webhook_address") && !(*conf_s(c, "webhook_ca") && *conf_s(c, "webhook_path")))
		return YAML_FAIL(yaml_get(map, "webhook_address") ? yaml_get(map, "webhook_address") : map, "webhook_address には webhook_ca と webhook_path も要ります", "webhook_address needs webhook_ca and webhook_path too");
	if (*conf_s(c, "mail_login") && !*conf_s(c, "mail_address"))
		return YAML_FAIL(yaml_get(map, "mail_login") ? yaml_get(map, "mail_login") : map, "mail_login には mail_address も要ります", "mail_login needs mail_address too");
	if (collector && collector->text.n && !(ca && ca->text.n))
		return YAML_FAIL(collector, "collector_address には collector_ca も要ります", "collector_address needs collector_ca too");
out:
	return rc;
}

enum rc
conf_defaults(struct conf **ret)
{
	struct buf text = BUF(4096);
	const struct yaml_node *map;
	struct conf *c = calloc(1, sizeof(*c));
	enum rc rc = RC_OK;

	if (c == NULL)
		abort();
	c->arena = (struct arena)ARENA(1 << 20);
	for (size_t i = 0; i < KEYS; i++)
		TRY(buf_addf(&text, "%s: %s\n", conf_keys[i].name, conf_keys[i].otherwise));
	TRY(yaml_parse("(defaults)", buf_str(&text), &c->arena, &map));
	TRY(take_map(c, map, false));
	*ret = c;
	c = NULL;
out:
	conf_free(c);
	buf_free(&text);
	return rc;
}

/* A file whose every line is a comment says: nothing but defaults. */
static bool
says_nothing(struct str bytes)
{
	struct str line;

	while (str_line(&bytes, &line)) {
		line = str_trim(line);
		if (line.n && line.p[0] != '#')
			return false;
	}
	return true;
}

enum rc
conf_parse(const char *file, struct str bytes, struct conf **ret)
{
	const struct yaml_node *map;
	struct conf *c = NULL;
	enum rc rc = RC_OK;

	TRY(conf_defaults(&c));
	if (!says_nothing(bytes)) {
		TRY(yaml_parse(file, bytes, &c->arena, &map));
		TRY(take_map(c, map, true));
	}
	*ret = c;
	c = NULL;
out:
	conf_free(c);
	return rc;
}

enum rc
conf_load(int dirfd, const char *file, struct conf **ret)
{
	struct buf b = BUF(CONF_BYTES_MAX);
	enum rc rc = RC_OK;

	TRY(file_read_own(dirfd, file, CONF_BYTES_MAX, &b));
	TRY(conf_parse(file, buf_str(&b), ret));
out:
	buf_free(&b);
	return rc;
}

void
conf_free(struct conf *c)
{
	if (c == NULL)
		return;
	arena_free(&c->arena);
	free(c);
}

/* A key that is not in the table is our own mistake, found by the first test that runs the line. */
static size_t
index_of(const char *key)
{
	for (size_t i = 0; i < KEYS; i++)
		if (str_eq_c(str_of(conf_keys[i].name), key))
			return i;
	abort();
}

int64_t
conf_n(const struct conf *c, const char *key)
{
	return c->values[index_of(key)].n;
}

const char *
conf_s(const struct conf *c, const char *key)
{
	return c->values[index_of(key)].text.p;
}

bool
conf_is_set(const struct conf *c, const char *key)
{
	return c->values[index_of(key)].set;
}

enum rc
conf_sample(struct buf *b)
{
	enum rc rc = RC_OK;

	TRY(buf_add_c(b, "# SPDX-License-Identifier: Apache-2.0\n"
	    "# 辻番の設定。すべてのキーと既定値。変えるときは行頭の # を取り、値を書く。\n"
	    "# Settings of Tsujiban: every key with its default. To change one, take its # away and write the value.\n"
	    "# 確かめる / to check: tsujiban config check     今の値 / in force: tsujiban config show\n"));
	for (size_t i = 0; i < KEYS; i++) {
		const struct conf_key *k = &conf_keys[i];

		TRY(buf_addf(b, "\n# %s\n# %s\n", k->why_ja, k->why_en));
		if (k->kind == CONF_INT)
			TRY(buf_addf(b, "# %lld–%lld\n", (long long)k->min, (long long)k->max));
		TRY(buf_addf(b, "#%s: %s\n", k->name, k->otherwise));
	}
out:
	return rc;
}
