# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Squid, for tests that need a real proxy. After lib.bash.

# start_squid LINE...: with these lines of configuration, hosts from $BATS_TEST_TMPDIR/squid/hosts, and what inspects
# TLS where the files company.pem, company.key and public.pem are there. Sets SQUID_URL; its log is squid/access.log.
start_squid() {
    local folder=$BATS_TEST_TMPDIR/squid

    mkdir -p "$folder"
    touch "$folder/hosts"
    # shellcheck disable=SC2034 # for the test
    SQUID_URL=http://127.0.0.1:3128
    printf '%s\n' "$@" "hosts_file $folder/hosts" "cache deny all" "pid_filename none" \
        "cache_log $folder/cache.log" "access_log stdio:$folder/access.log" "shutdown_lifetime 0" \
        "dns_nameservers 127.0.0.1" "pinger_enable off" "netdb_filename none" >"$folder/squid.conf"
    chown -R proxy: "$folder"
    chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}"
    start_process "$folder/out.log" squid -N -f "$folder/squid.conf"
    wait_until grep -qs 'Accepting' "$folder/cache.log"
}

# start_inspecting_squid: signs what it shows with the CA "company", and trusts the CA "public" alone.
start_inspecting_squid() {
    local folder=$BATS_TEST_TMPDIR/squid

    mkdir -p "$folder"
    cp "$BATS_TEST_TMPDIR"/{company.pem,company.key,public.pem} "$folder"
    /usr/lib/squid/security_file_certgen -c -s "$folder/certificates" -M 4MB >/dev/null
    start_squid "http_port 127.0.0.1:3128 ssl-bump tls-cert=$folder/company.pem tls-key=$folder/company.key \
generate-host-certificates=on" "sslcrtd_program /usr/lib/squid/security_file_certgen -s $folder/certificates -M 4MB" \
        "ssl_bump bump all" "http_access allow all" "tls_outgoing_options cafile=$folder/public.pem"
}
