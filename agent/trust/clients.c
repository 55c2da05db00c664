/* SPDX-License-Identifier: MIT */
/* Data: a row per family of clients. A newer version that differs has a row of its own. */

#include "trust/clients.h"

#include "lib/array.h"

#define STORE     "the system's store"
#define OWN_ROOTS "roots of its own"

#define FAILS    "every request fails"
#define HARMLESS "harmless"

const struct trust_client trust_clients[] = {
    { "curl", "curl and libcurl with OpenSSL", true,
        { { "CURL_CA_BUNDLE", TRUST_ADDS_TO_LINKS }, { "SSL_CERT_FILE", TRUST_ADDS_TO_LINKS },
            { ".curlrc: cacert", TRUST_ADDS_TO_LINKS } },
        FAILS, NULL },
    { "git", "git with GnuTLS", true,
        { { "GIT_SSL_CAINFO", TRUST_ADDS }, { "http.sslCAInfo", TRUST_ADDS } }, FAILS, NULL },
    { "wget", "wget, wget2", true, { { "/etc/wgetrc: ca_certificate", TRUST_ADDS } }, HARMLESS,
        "wget2 2.2 sends https:// URLs to the proxy in clear and checks nothing" },
    { "apt", "apt before 3.0", true, { { "Acquire::https::CaInfo", TRUST_REPLACES } }, FAILS,
        NULL },
    { "apt3", "apt 3.0 and later", true,
        { { "Acquire::https::CaInfo", TRUST_REPLACES }, { "SSL_CERT_FILE", TRUST_ADDS_TO_LINKS } },
        FAILS, NULL },
    { "dnf", "dnf 4", true, { { "sslcacert", TRUST_REPLACES } }, FAILS,
        "a repository's own sslcacert=, as RHUI's, pins it: exempt its hosts" },
    { "zypper", "zypper", true, { { NULL, TRUST_ADDS } }, NULL, NULL },
    { "python", "Python's urllib, aiohttp", true, { { "SSL_CERT_FILE", TRUST_ADDS_TO_LINKS } },
        "harmless with hash links, else every request fails",
        "3.13 and later refuses the certificates of Squid 5 and mitmproxy 8, which lack an "
        "authorityKeyIdentifier: only the proxy can mend that" },
    { "requests", "requests of PyPI", false,
        { { "REQUESTS_CA_BUNDLE", TRUST_REPLACES }, { "CURL_CA_BUNDLE", TRUST_REPLACES } },
        "an error before any connection", NULL },
    { "requests-debian", "requests of Debian, httpie", true,
        { { "REQUESTS_CA_BUNDLE", TRUST_REPLACES }, { "CURL_CA_BUNDLE", TRUST_REPLACES } },
        "an error before any connection", NULL },
    { "urllib3", "urllib3", true, { { "SSL_CERT_FILE", TRUST_ADDS_TO_LINKS } }, HARMLESS,
        "1.26 of Debian reads no variable" },
    { "httpx", "httpx", true, { { "SSL_CERT_FILE", TRUST_REPLACES } },
        "0.27 and later: no client can be made",
        "of PyPI: roots of its own (source); as Python's urllib with 3.13" },
    { "botocore", "AWS CLI, boto3, botocore", false,
        { { "AWS_CA_BUNDLE", TRUST_REPLACES }, { "ca_bundle", TRUST_REPLACES },
            { "REQUESTS_CA_BUNDLE", TRUST_REPLACES } },
        "an error before any connection", "Debian's packages read the system's store" },
    { "pip", "pip before 24.2", false,
        { { "REQUESTS_CA_BUNDLE", TRUST_REPLACES }, { "CURL_CA_BUNDLE", TRUST_REPLACES },
            { "PIP_CERT", TRUST_REPLACES }, { "pip.conf: cert", TRUST_REPLACES } },
        "an error", "Debian's package reads the system's store" },
    { "pip-24.2", "pip 24.2 and later on Python 3.10", true,
        { { "REQUESTS_CA_BUNDLE", TRUST_ADDS }, { "CURL_CA_BUNDLE", TRUST_ADDS },
            { "PIP_CERT", TRUST_ADDS }, { "SSL_CERT_FILE", TRUST_ADDS } },
        "an error", NULL },
    { "node", "Node of nodejs.org: https, fetch, axios, AWS SDK for JavaScript 3", false,
        { { "NODE_EXTRA_CA_CERTS", TRUST_ADDS } }, "a warning at most",
        "NODE_OPTIONS=--use-system-ca keeps Node 18 and 20 from starting" },
    { "node-debian", "Node of Debian", true,
        { { "NODE_EXTRA_CA_CERTS", TRUST_ADDS }, { "SSL_CERT_FILE", TRUST_ADDS_TO_LINKS } },
        "a warning at most", NULL },
    { "npm", "npm, yarn 1", false,
        { { "npm_config_cafile", TRUST_REPLACES }, { "npmrc: cafile", TRUST_REPLACES },
            { "NODE_EXTRA_CA_CERTS", TRUST_ADDS } },
        "cafile: npm ignores it, an empty one makes yarn trust nothing", NULL },
    { "deno", "Deno", false, { { "DENO_CERT", TRUST_ADDS }, { "NODE_EXTRA_CA_CERTS", TRUST_ADDS } },
        "DENO_CERT: it does not start", NULL },
    { "bun", "Bun", true,
        { { "NODE_EXTRA_CA_CERTS", TRUST_ADDS }, { "SSL_CERT_FILE", TRUST_ADDS } }, HARMLESS,
        "it finds the store's CAs by hash links only" },
    { "java", "Java, Maven", true, { { "JAVA_TOOL_OPTIONS", TRUST_REPLACES } },
        "every TLS connection fails",
        "Debian's and Red Hat's packages make Java's store of the system's; it is read at the "
        "start" },
    { "go", "Go, AWS SDK for Go without a bundle", true, { { "SSL_CERT_FILE", TRUST_ADDS } },
        HARMLESS, "it reads the store once, for its first connection" },
    { "aws-go", "AWS SDK for Go 1 and 2", true,
        { { "AWS_CA_BUNDLE", TRUST_REPLACES }, { "ca_bundle", TRUST_REPLACES },
            { "SSL_CERT_FILE", TRUST_ADDS } },
        "no session can be made", NULL },
    { "docker", "dockerd", true,
        { { "/etc/docker/certs.d", TRUST_ADDS }, { "SSL_CERT_FILE", TRUST_ADDS } }, HARMLESS,
        "it reads the store once, for its first connection" },
    { "snapd", "snapd", true,
        { { "snap set system store-certs", TRUST_ADDS }, { "SSL_CERT_FILE", TRUST_ADDS } },
        HARMLESS, "it reads the store once, for its first connection" },
    { "ruby", "Ruby's Net::HTTP, gem", true, { { "SSL_CERT_FILE", TRUST_ADDS_TO_LINKS } }, HARMLESS,
        NULL },
    { "aws-ruby", "AWS SDK for Ruby 3", true,
        { { "AWS_CA_BUNDLE", TRUST_REPLACES }, { "ca_bundle", TRUST_REPLACES },
            { "SSL_CERT_FILE", TRUST_ADDS_TO_LINKS } },
        "an error", NULL },
    { "lwp", "Perl's LWP", true,
        { { "PERL_LWP_SSL_CA_FILE", TRUST_REPLACES }, { "HTTPS_CA_FILE", TRUST_REPLACES } },
        "an error", NULL },
    { "http-tiny", "Perl's HTTP::Tiny", true, { { "SSL_CERT_FILE", TRUST_REPLACES } }, "an error",
        "up to 0.080 it verifies nothing" },
    { "php-curl", "PHP's curl, Guzzle", true, { { "php.ini: curl.cainfo", TRUST_ADDS_TO_LINKS } },
        FAILS, NULL },
    { "php-stream", "PHP's streams", true,
        { { "php.ini: openssl.cafile", TRUST_REPLACES }, { "SSL_CERT_FILE", TRUST_ADDS_TO_LINKS } },
        FAILS, NULL },
    { "composer", "Composer 2", true,
        { { "COMPOSER_CAFILE", TRUST_ADDS_TO_LINKS }, { "SSL_CERT_FILE", TRUST_ADDS_TO_LINKS } },
        "COMPOSER_CAFILE: it ends", NULL },
    { "cargo", "cargo", true, { { "CARGO_HTTP_CAINFO", TRUST_ADDS_TO_LINKS } }, FAILS,
        "rustup's also reads SSL_CERT_FILE" },
    { "native-tls", "Rust's reqwest with native-tls", true,
        { { "SSL_CERT_FILE", TRUST_ADDS_TO_LINKS } }, "no client can be made", NULL },
    { "rustls", "Rust's reqwest with rustls-native-certs", true,
        { { "SSL_CERT_FILE", TRUST_REPLACES } }, "no client can be made", NULL },
    { "openssl", "openssl s_client", true, { { "SSL_CERT_FILE", TRUST_ADDS_TO_LINKS } }, HARMLESS,
        NULL },
    { "gnutls", "gnutls-cli, aria2", true, { { "aria2.conf: ca-certificate", TRUST_REPLACES } },
        HARMLESS, NULL },
    { "ssm-agent", "Systems Manager agent", true, { { NULL, TRUST_ADDS } }, NULL,
        "source; it reads the store once, for its first connection" },
    { "cloudwatch-agent", "CloudWatch agent", true,
        { { "common-config.toml: ca_bundle_path", TRUST_REPLACES },
            { "AWS_CA_BUNDLE", TRUST_REPLACES } },
        "no session can be made", "source; it reads the store once, for its first connection" },
    { "codedeploy-agent", "CodeDeploy agent", true,
        { { "AWS_CA_BUNDLE", TRUST_REPLACES }, { "SSL_CERT_FILE", TRUST_ADDS_TO_LINKS } },
        "an error", "source" },
    { "ecs-agent", "ECS agent", true, { { NULL, TRUST_ADDS } }, NULL,
        "source; ecs-init mounts the store into its container: restart ecs.service" },
};

const size_t trust_clients_count = ELEMENTSOF(trust_clients);

/* The first that is set; NULL: none. */
static const struct trust_setting *find_setting(
    const struct trust_client *client, const struct strings *variables)
{
    for (const struct trust_setting *setting = client->settings;
         setting < client->settings + TRUST_SETTINGS_MAX && setting->name; setting++)
        if (strings_contains(variables, setting->name))
            return setting;
    return NULL;
}

struct trust_basis trust_client_judge(
    const struct trust_client *client, const struct trust_machine *machine)
{
    const char *roots = client->reads_store ? machine->bundle ? STORE : NULL : OWN_ROOTS;
    struct trust_basis basis = {
        .company = client->reads_store && machine->has_company ? STORE : NULL,
        .public_cas = roots,
    };
    const struct trust_setting *setting = find_setting(client, &machine->variables);
    if (!setting)
        return basis;
    if (machine->has_company && (!basis.company || setting->effect == TRUST_REPLACES))
        basis.company = setting->name;
    if (setting->effect == TRUST_REPLACES)
        basis.public_cas = setting->name;
    return basis;
}

void trust_machine_free(struct trust_machine *machine)
{
    strings_free(&machine->variables);
    *machine = (struct trust_machine){ 0 };
}
