# SPDX-License-Identifier: Apache-2.0
# An authority for one test, and a server's certificate from it; sourced.
# certificate FOLDER NAME HOST: NAME-ca.pem, NAME-ca.key, NAME.pem, NAME.key in FOLDER, readable by all.
certificate() {
	local at=$1/$2
	{
		openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$at-ca.key" -out "$at-ca.pem" -days 30 -subj "/CN=$2 test authority" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign &&
			openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$at.key" -out "$at.csr" -subj "/CN=$3" &&
			printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$3" >"$at.ext" &&
			openssl x509 -req -in "$at.csr" -CA "$at-ca.pem" -CAkey "$at-ca.key" -CAcreateserial -days 30 -extfile "$at.ext" -out "$at.pem"
	} >/dev/null 2>&1 || { echo "no certificate for $3"; exit 1; }
	chmod 644 "$at"*
}
