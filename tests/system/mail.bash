# SPDX-License-Identifier: Apache-2.0
# A mail server of one test and the settings that name it; sourced after people.bash and certificate.bash. Kill $server in the end.
# $m: its folder; $m/got: what arrived, a line of JSON each; serve MODE [CERTIFICATE]: it runs so from now on (smtp_server.py).
/usr/bin/python3 -c 'import aiosmtpd.smtp' 2>/dev/null || { echo "python3-aiosmtpd is not installed"; exit 77; }
m=$tmp/mail server=
mkdir -p "$m" && chmod 755 "$m"
certificate "$m" right mail.example.jp
mail_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
more_conf="mail_address: \"127.0.0.1\"
mail_port: $mail_port
mail_name: mail.example.jp
mail_ca: $m/right-ca.pem
mail_from: tsujiban@example.jp"
serve() {
	[ -n "$server" ] && { kill -9 "$server"; wait "$server" 2>/dev/null; }
	/usr/bin/python3 "$(dirname "$0")/smtp_server.py" "$mail_port" "$m/${2:-right}.pem" "$m/${2:-right}.key" "$m/got" "$1" >>"$m/log" 2>&1 &
	server=$!
}
