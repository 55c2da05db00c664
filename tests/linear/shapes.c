/* SPDX-License-Identifier: MIT */
/* table */
/* Texts in which a walk within a walk would show: many of one thing, one long thing, deep nesting.
 */

#include "shapes.h"

const struct shape common_shapes[] = {
    { "", "a", "" },
    { "", " ", "" },
    { "", "\n", "" },
    { "", " \n", "" },
    { "", "a\n", "" },
    { "", "#\n", "" },
    { "", "# comment \1\n", "" },
    { "", "\\", "" },
    { "", "\\\n", "" },
    { "", "a\\\n", "" },
    { "", "\"", "" },
    { "", "'", "" },
    { "", "\"\n", "" },
    { "", "=", "" },
    { "", ":", "" },
    { "", ",", "" },
    { "", "@", "" },
    { "", "[", "" },
    { "", "[\n", "" },
    { "", "{", "" },
    { "", "{\"a\":", "" },
    { "", "(", "" },
    { "", "${", "" },
    { "", "$(", "" },
    { "", "%", "" },
    { "", "/", "" },
    { "", ".", "" },
    { "", "*", "" },
    { "", "-", "" },
    { "", "://", "" },
    { "", "http://a:b@", "" },
    { "", "password", "" },
    { "", "\xff", "" },
    { "", "\r", "" },
    { "", "key_\1=value\n", "" },
    { "", "HTTP_PROXY=http://x:\1\n", "" },
    { NULL, NULL, NULL },
};

const struct shape json_shapes[] = {
    { "{", "\"key\1\": 1,\n", "\"last\": 1}" },
    { "{", "\"same\": 1,", "\"last\": 1}" },
    { "[", "\"element \1\",", "1]" },
    { "[", "{\"a\":{\"b\":\1}},", "1]" },
    { "{\"a\":\"", "\\\\", "\"}" },
    { "{\"a\":\"", "\\u0061", "\"}" },
    { "{\"a\":", "9", "}" },
    { NULL, NULL, NULL },
};

const struct shape settings_shapes[] = {
    { "{\"no_proxy\":{\"add\":[", "\"host\1.example\",", "\"last.example\"]}}" },
    { "{\"no_proxy\":{\"add\":[", "\"10.0.0.0/8\",", "\"last.example\"]}}" },
    { "{\"no_proxy\":{\"add\":[", "\"a b \1 !\",", "\"last.example\"]}}" },
    { "{\"no_proxy\":{\"add\":[\"", "a\1,", "\"]}}" },
    { "{\"no_proxy\":{\"services\":[", "\"s\1\",", "\"s3\"]}}" },
    { "{\"no_proxy\":{\"services\":[", "\"?\1\",", "\"s3\"]}}" },
    { "{\"outputs\":[", "\"o\1\",", "\"dnf\"]}" },
    { "{\"proxy\":{\"http\":\"http://", "a", "\"}}" },
    { "{\"proxy\":{\"username\":\"", "a", "\"}}" },
    { "{", "\"k\1\":1,", "\"k\":1}" },
    { "{\"proxy\":{\"http\":\"http://a:b@p:1\"},", "\n", "\"k\":1}" },
    { NULL, NULL, NULL },
};

const struct shape many_shapes[] = {
    { "{}", "a", "" },
    { NULL, NULL, NULL },
};

const struct shape list_shapes[] = {
    { "", "host\1.example,", "last" },
    { "", "h\1,", "last" },
    { "", "*.host\1.example ", "last" },
    { "", "same.example,", "last" },
    { "", "fd00:\1::/48,", "last" },
    { "", "10.0.0.1,", "last" },
    { "", "fd00::1,", "last" },
    { "", "a.", "last" },
    { "", "http://h\1:80/;", "last" },
    { "", "bad!\1,", "last" },
    { "", "\xc2\xa0", "last" },
    { "", "*,", "*" },
    { NULL, NULL, NULL },
};

const struct shape service_shapes[] = {
    { "", "s3\n", "" },
    { "", "service\1\n", "" },
    { "", "com.amazonaws.us-east-1.s\1\n", "" },
    { "", "h\1.example.com\n", "" },
    { NULL, NULL, NULL },
};

const struct shape url_shapes[] = {
    { "http://", "a", ":3128" },
    { "http://u:", "p", "@h:3128" },
    { "http://u:", "@", "@h:3128" },
    { "http://u:", "%41", "@h:3128" },
    { "http://", "a.", "h" },
    { "http://h/", "/..", "" },
    { "http://h:", "0", "" },
    { "http://[", ":", "]" },
    { NULL, NULL, NULL },
};

const struct shape redact_shapes[] = {
    { "", "pass", "" },
    { "", "key ", "" },
    { "", "auth-", ":@" },
    { "", "http", "://@" },
    { "", "http://", "@" },
    { "", "socks5h://a:b@c ", "" },
    { NULL, NULL, NULL },
};

const struct shape url_list_shapes[] = {
    { "", "http://host\1.example/\n", "" },
    { "", "https://10.1.2.\1/\n", "" },
    { NULL, NULL, NULL },
};

const struct shape facts_shapes[] = {
    { "", "10.\1.0.0/16\n", "" },
    { "", "2001:db8:\1::/56\n", "" },
    { "{\"format\":1,\"machine\":\"machine\",\"vpc_ipv4_blocks\":[", "\"10.0.\1.0/24\",",
        "\"10.0.0.0/16\"]}" },
    { NULL, NULL, NULL },
};

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----\n"
#define PEM_END   "-----END CERTIFICATE-----\n"
const struct shape pem_shapes[] = {
    { "", PEM_BEGIN, "" },
    { "", PEM_END, "" },
    { "", "x " PEM_BEGIN, "" },
    { "", "x " PEM_END, PEM_BEGIN },
    { "", " ", PEM_BEGIN },
    { "", "-----", "" },
    { "", "text \1\n", "" },
    { PEM_BEGIN, "MIIB\n", PEM_END },
    { PEM_BEGIN, "MIIB", PEM_END },
    { PEM_BEGIN, " \n", PEM_END },
    { NULL, NULL, NULL },
};

const struct shape diff_shapes[] = {
    { "", "line \1\n", "" },
    { "", "same\n", "" },
    { "", "a long line that is there more than once, and has a few words\n", "" },
    { NULL, NULL, NULL },
};

const struct shape script_shapes[] = {
    { "", "export V\1=x\n", "" },
    { "", "A=$A$A\n", "" },
    { "A=a\n", "A=${A}b\n", "" },
    { "", "if true; then\n", "" },
    { "", "if true; then A=1; fi\n", "" },
    { "", "f\1() { http_proxy=x; }\n", "f1\n" },
    { "", "$((", "" },
    { "", "`", "" },
    { "", "<<E\n", "" },
    { "cat <<E\n", "text\n", "E\n" },
    { "for i in ", "a ", "; do A=$i; done\n" },
    { "case a in ", "b\1) ;;\n", "esac\n" },
    { "echo ", "{a,b}", "\n" },
    { "unset ", "V\1 ", "\n" },
    { NULL, NULL, NULL },
};

const struct shape apt_shapes[] = {
    { "", "Acquire::http::Proxy::h\1 \"DIRECT\";\n", "" },
    { "", "Acquire { http { Proxy \"http://x:1\"; }; };\n", "" },
    { "", "Acquire{", "" },
    { "", "a::", " \"x\";" },
    { "", "#clear Acquire::h\1;\n", "" },
    { "", "/*", "*/" },
    { "", "//\n", "" },
    { "", "/**/", "" },
    { NULL, NULL, NULL },
};

const struct shape sudo_shapes[] = {
    { "", "Defaults env_keep += \"V\1\"\n", "" },
    { "Defaults env_keep += \"", "V\1 ", "\"\n" },
    { "", "Defaults env_keep -= \"V\1\"\n", "" },
    { "", "Defaults env_reset, env_keep=http_proxy\n", "" },
    { "Defaults ", "env_reset,", "env_reset\n" },
    { "", "User_Alias A\1 = b\n", "" },
    { "", "@include /etc/sudoers\n", "" },
    { "", "#include /etc/x\1\n", "" },
    { NULL, NULL, NULL },
};

const struct shape unit_shapes[] = {
    { "[Service]\nExecStart=/bin/x\n", "Environment=V\1=x\n", "" },
    { "[Service]\nExecStart=/bin/x\n", "Environment=http_proxy=x\n", "" },
    { "[Service]\nExecStart=/bin/x\n", "Environment=\n", "" },
    { "[Service]\nExecStart=/bin/x\nEnvironment=", "V\1=x ", "\n" },
    { "[Service]\nExecStart=/bin/x\nEnvironment=", "V\1=x \\\n", "\n" },
    { "[Service]\nExecStart=/bin/x\n", "EnvironmentFile=-/etc/f\1\n", "" },
    { "[Service]\nExecStart=/bin/x\n", "EnvironmentFile=-/etc/profile\n", "" },
    { "[Service]\nExecStart=/bin/x\n", "UnsetEnvironment=V\1\n", "" },
    { "[Service]\n", "ExecStart=/bin/dockerd --http-proxy=x\n", "" },
    { "[Service]\nExecStart=/bin/x ", "HTTP_PROXY=x ", "\n" },
    { "", "[Service]\n", "" },
    { "[Service]\nEnvironment=", "%n", "\n" },
    { "[Manager]\n", "DefaultEnvironment=V\1=x\n", "" },
    { "[Manager]\nDefaultEnvironment=", "V\1=x ", "\n" },
    { NULL, NULL, NULL },
};

const struct shape environment_d_shapes[] = {
    { "", "V\1=x\n", "" },
    { "", "A=$A$A\n", "" },
    { "A=a\n", "A=${A}b\n", "" },
    { "A=", "${B:-", "" },
    { NULL, NULL, NULL },
};

const struct shape ini_shapes[] = {
    { "", "[http \"https://h\1\"]\nproxy = x\n", "" },
    { "", "http_proxy = http://x:\1\n", "" },
    { "", "proxy = x\n", "" },
    { "", "proxy=${A}\n", "" },
    { "[http]\nproxy = ", "\\", "\n" },
    { "", "-x a\n", "" },
    { NULL, NULL, NULL },
};

const struct shape pam_shapes[] = {
    { "", "session required pam_env.so envfile=/etc/f\1\n", "" },
    { "", "session required pam_env.so envfile=/etc/environment\n", "" },
    { "", "@include sshd\n", "" },
    { "", "session include x\1\n", "" },
    { "", "http_proxy DEFAULT=x\1\n", "" },
    { "session required pam_env.so ", "debug ", "\n" },
    { NULL, NULL, NULL },
};

const struct shape output_shapes[] = {
    { "", "# BEGIN ec2-bootstrap: proxy settings, written at every boot\n", "" },
    { "", "# END ec2-bootstrap\n", "" },
    { "", "# ec2-bootstrap displaced: x\n", "" },
    { "", "# BEGIN ec2-bootstrap: proxy settings, written at every boot\nx\n# END ec2-bootstrap\n",
        "" },
    { "", "http_proxy = \"x\1\"\n", "" },
    { "[main]\n", "proxy=x\n", "" },
    { "[main]\nproxy=x\n", " x\n", "" },
    { "", "[main]\n", "" },
    { "[proxy]\n", "http_proxy = \"x\"\n", "" },
    { "", "[proxy]\n", "" },
    { "a = \"\"\"\n", "text\n", "" },
    { ":proxy_uri: [\n", "x,\n", "" },
    { "", ":proxy_uri: x\n", "" },
    { ":proxy_uri:\n", "  x\n", "" },
    { "---\n", "---\n", "" },
    { "a: \"", "''", "" },
    { "", "&a ", "b: c" },
    { "", "? ", "" },
    { "{", "\"k\1\":1,\n", "\"proxies\": {\"http-proxy\": \"x\"}}" },
    { "{\"proxies\":{", "\"k\1\":1,", "\"http-proxy\": \"x\"}}" },
    { "{\"proxies\":{\"a\":[", "1,", "1]}}" },
    { "{\"proxies\":{\"a\":\"", "\\\"", "\"}}" },
    { "{\"proxies\":{\"a\":[\n", "\"x\",\n", "\"x\"]}}" },
    { "", "no_proxy=host\1.example,h\1.example\n", "" },
    { "no_proxy=", "host\1.example,", "last\n" },
    { "NO_PROXY=", "host\1.example,", "last\n" },
    { NULL, NULL, NULL },
};
