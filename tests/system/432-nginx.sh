#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A real nginx, set up well and in each way that is wrong, in namespaces of its own where the test's own authority is the one root
# that is trusted: web-tls, tls-profile, hsts and cookie-flags say PASS to the good one and find each of the others.
# Clause: S-4-2 type=test
BUILD=$(realpath "${BUILD:-build}")
command -v nginx >/dev/null || { echo "nginx is not installed"; exit 77; }
[ -x "$BUILD/src/control/look" ] || { echo "no look in this build"; exit 77; }
[ "$(id -u)" = 0 ] && unshare -mn true 2>/dev/null || { echo "needs root and network namespaces"; exit 77; }
[ -n "$INSIDE" ] || INSIDE=1 BUILD=$BUILD exec unshare -mn --propagation private "$0"
. "$(dirname "$0")/common.bash"
who=root look=$BUILD/src/control/look nginx=
trap '[ -z "$nginx" ] || kill "$nginx" 2>/dev/null; cleanup' EXIT
ip link set lo up || exit 1
cd "$tmp" || exit 1

# ---- an authority, and what it certifies: NAME SUBJECT-NAMES DAYS DIGEST [ISSUER] [BITS]
mkdir ca && : >ca/index && echo 01 >ca/serial
cat >ca.cnf <<'END'
[ca]
default_ca = d
[d]
database = ca/index
serial = ca/serial
new_certs_dir = ca
policy = p
unique_subject = no
[p]
commonName = supplied
[req]
distinguished_name = n
[n]
[root]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = CA:false
subjectAltName = ${ENV::NAMES}
END
certify() {
	local name=$1 names=$2 from=$3 to=$4 digest=$5 by=$6 kind=${7:-leaf}
	if [ "$name" = rsa ] || [ "$name" = small ]; then
		openssl genpkey -algorithm RSA -pkeyopt "rsa_keygen_bits:$([ "$name" = rsa ] && echo 2048 || echo 1024)" -out "$name.key"
	else
		openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$name.key"
	fi
	NAMES=$names openssl req -new -config ca.cnf -key "$name.key" -subj "/CN=$name" -out "$name.csr"
	if [ "$by" = "$name" ]; then by="-selfsign -keyfile $name.key"; else by="-cert $by.crt -keyfile $by.key"; fi
	# shellcheck disable=SC2086
	NAMES=$names openssl ca -batch -config ca.cnf -notext -md "$digest" -extensions "$kind" -startdate "$from" -enddate "$to" -in "$name.csr" -out "$name.crt" $by
}
{
	now=$(date -u +%Y%m%d -d -1day)000000Z later=$(date -u +%Y%m%d -d +90days)000000Z past=$(date -u +%Y%m%d -d -400days)000000Z
	www=DNS:www.example.jp
	certify root "$www" "$past" "$later" sha256 root root
	certify between "$www" "$past" "$later" sha1 root root
	certify elsewhere "$www" "$past" "$later" sha256 elsewhere root
	certify good "$www" "$now" "$later" sha256 root
	certify rsa "$www" "$now" "$later" sha256 root
	certify small "$www" "$now" "$later" sha256 root
	certify expired "$www" "$past" "$now" sha256 root
	certify named DNS:other.example.jp "$now" "$later" sha256 root
	certify self "$www" "$now" "$later" sha256 self
	certify stranger "$www" "$now" "$later" sha256 elsewhere
	certify sha1 "$www" "$now" "$later" sha1 root
	certify under "$www" "$now" "$later" sha256 between
	cat between.crt >>under.crt
	openssl dhparam -dsaparam -out dh1024.pem 1024
} >certify.log 2>&1 || { fail "certificates: $(tail -3 certify.log)"; exit 1; }
mount --bind root.crt /etc/ssl/certs/ca-certificates.crt || exit 1 # in this namespace alone

# ---- nginx: a port for each way
hsts='add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;'
cookie='add_header Set-Cookie "id=1; Path=/; Secure; HttpOnly; SameSite=Lax";'
modern='ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;'
site() { # PORT CERTIFICATE PROFILE HEADERS
	echo "server { listen 127.0.0.1:$1 ssl; server_name www.example.jp; ssl_certificate $tmp/$2.crt; ssl_certificate_key $tmp/$2.key; $3 $4 location / { return 200 ok; } }"
}
{
	echo "daemon off; pid $tmp/nginx.pid; error_log $tmp/nginx.log; worker_processes 1; events { worker_connections 64; }"
	echo "http { access_log off; client_body_temp_path $tmp/t1; proxy_temp_path $tmp/t2; fastcgi_temp_path $tmp/t3; uwsgi_temp_path $tmp/t4; scgi_temp_path $tmp/t5;"
	site 4430 good "$modern" "$hsts $cookie"
	site 4431 rsa 'ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers ALL:@SECLEVEL=0;' "$hsts $cookie"
	site 4432 rsa 'ssl_protocols TLSv1.2; ssl_ciphers AES128-GCM-SHA256;' "$hsts $cookie"
	site 4433 expired "$modern" "$hsts $cookie"
	site 4434 named "$modern" "$hsts $cookie"
	site 4435 self "$modern" "$hsts $cookie"
	site 4436 stranger "$modern" "$hsts $cookie"
	site 4437 sha1 'ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AESGCM:@SECLEVEL=0;' "$hsts $cookie"
	site 4438 under 'ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AESGCM:@SECLEVEL=0;' "$hsts $cookie"
	site 4439 small 'ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers ECDHE+AESGCM:@SECLEVEL=0;' "$hsts $cookie"
	site 4440 good "$modern" "$cookie"
	site 4441 good "$modern" "${hsts/31536000/3600} ${cookie/Secure; /}"
	site 4442 good "$modern" "${hsts/max-age=31536000/max-age=31536000; max-age=1} ${cookie/HttpOnly; /}"
	site 4443 good "$modern" "$hsts ${cookie/; SameSite=Lax/}"
	site 4444 good "$modern" "$hsts ${cookie/SameSite=Lax/SameSite=None}"
	site 4445 rsa "ssl_protocols TLSv1.2; ssl_ciphers DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0; ssl_dhparam $tmp/dh1024.pem;" "$hsts $cookie"
	site 4446 good 'ssl_protocols TLSv1.3;' "$hsts"
	echo "server { listen 127.0.0.1:8080; return 301 https://www.example.jp\$request_uri; }"
	echo "server { listen 127.0.0.1:8081; $cookie location / { return 200 ok; } }"
	echo "server { listen 127.0.0.1:8082; return 301 http://www.example.jp/elsewhere; }"
	echo "}"
} >nginx.conf
chmod 755 "$tmp" && chmod 644 ./*.key
OPENSSL_CONF=/dev/null nginx -c "$tmp/nginx.conf" >nginx.out 2>&1 &
nginx=$!
for ((i = 0; i < 50; i++)); do (: <>/dev/tcp/127.0.0.1/4430) 2>/dev/null && break; sleep 0.1; done
(: <>/dev/tcp/127.0.0.1/4430) 2>/dev/null || { fail "nginx: $(cat nginx.out nginx.log | tail -5)"; exit 1; }

want() { # CONTROL PORT KIND VERDICT MESSAGE
	local got
	got=$("$look" "$1" own.name=x own.host_name=www.example.jp own.address=127.0.0.1 "own.port=$2" "own.kind=$3" own.path=/ 2>/dev/null)
	[ "$(jq -c '[.verdict,.message]' <<<"$got")" = "[$4,$5]" ] || fail "$1 of port $2: $got, want [$4,$5]"
}
ports=(4430 4431 4432 4433 4434 4435 4436 4437 4438 4439 4440 4441 4442 4443 4444 4445 4446 8080 8081 8082)
# Only one of them is a site for browsers; the others are declared so that they are no finding of their own.
site_is() { # PORT KIND VERDICT MESSAGE
	local port given=() i=0 got
	for port in "${ports[@]}"; do
		i=$((i + 1))
		given+=("$i:endpoint.name=p$port" "$i:endpoint.host_name=www.example.jp" "$i:endpoint.address=127.0.0.1" "$i:endpoint.port=$port" "$i:endpoint.path=/")
		if [ "$port" = "$1" ]; then given+=("$i:endpoint.kind=$2" "$i:endpoint.browsers=yes"); else given+=("$i:endpoint.kind=tcp" "$i:endpoint.browsers=no"); fi
	done
	got=$("$look" web-tls "${given[@]}" 2>/dev/null)
	[ "$(jq -c '[.verdict,.message]' <<<"$got")" = "[$3,$4]" ] || fail "web-tls of port $1: $got, want [$3,$4]"
}
site_is 4430 https 1 2910
site_is 4433 https 2 2913 # expired
site_is 4434 https 2 2914 # another name
site_is 4435 https 2 2915 # self-signed
site_is 4436 https 2 2915 # of an authority nobody trusts
site_is 8080 http 0 2921  # redirects only, as it may; and no site that speaks TLS is declared
site_is 8081 http 2 2911  # serves
site_is 8082 http 2 2911  # redirects, and to itself
want tls-profile 4430 https 1 2925
want tls-profile 4431 https 2 2927 # TLS 1.0 and 1.1
want tls-profile 4432 https 2 2927 # key exchange by RSA
want tls-profile 4437 https 2 2929 # SHA-1
want tls-profile 4438 https 2 2929 # SHA-1 above it
want tls-profile 4439 https 2 2928 # 1024 bits
want tls-profile 4445 https 2 2933 # DHE of 1024 bits
want tls-profile 4446 https 1 2925 # TLS 1.3 alone
want tls-profile 8081 https 0 2931 # no TLS
want hsts 4430 https 1 2935
want hsts 4440 https 2 2936 # none
want hsts 4441 https 2 2937 # an hour
want hsts 4442 https 2 2937 # twice
want hsts 8081 http 3 2939
want cookie-flags 4430 https 1 2940
want cookie-flags 4441 https 2 2942 # no Secure
want cookie-flags 4442 https 2 2942 # no HttpOnly
want cookie-flags 4443 https 2 2942 # no SameSite
want cookie-flags 4444 https 2 2942 # SameSite=None
want cookie-flags 4446 https 1 2941 # none set
exit $bad
