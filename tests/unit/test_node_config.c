/* SPDX-License-Identifier: MIT */
/* agent/instance/node_config.c: what user-data says of an EKS cluster. */

#include "instance/node_config.h"

#include "check.h"
#include "lib/array.h"

#define CONFIG                                                                                     \
    "---\napiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  cluster:\n"                \
    "    name: blue\n    apiServerEndpoint: https://a.eks.example\n"                               \
    "    certificateAuthority: Y2VydA==\n    cidr: 10.100.0.0/16\n"                                \
    "  kubelet:\n    config:\n      cidr: 192.0.2.0/24\n"
#define BOTH "https://a.eks.example 10.100.0.0/16"
#define PART(type, more, body)                                                                     \
    "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"//\"\n\n"                        \
    "--//\nContent-Type: text/x-shellscript\n\n#!/bin/sh\ncidr: x\n\n"                             \
    "--//\nContent-Type: " type "\n" more "\n" body "\n--//--\n"
#define CLUSTER(lines) "kind: NodeConfig\nspec:\n  cluster:\n" lines

static const struct {
    const char *text, *expected, *problem;
} rows[] = {
    { "", "- -", NULL },
    { CONFIG, BOTH, NULL },
    { PART("application/node.eks.aws", "", CONFIG), BOTH, NULL },
    { PART("application/node.eks.aws; charset=utf-8", "X: y\n", CONFIG), BOTH, NULL },
    { "Content-Type: multipart/mixed;\n boundary=b\n\n--b\r\nContent-type: "
      "APPLICATION/node.eks.aws\r\n\r\n" CONFIG "\r\n--b--\r\n",
        BOTH, NULL },
    { PART("text/cloud-config", "", CONFIG), "- -", NULL },
    { PART("application/node.eks.aws", "Content-Transfer-Encoding: base64\n", "a2luZDog\n"), "- -",
        "its part of the MIME message is encoded" },
    { "\x1f\x8b\x08 kind: NodeConfig", "- -", "it is compressed" },
    { "#!/bin/sh\n" CONFIG, BOTH, NULL },
    { "kind: Other\nspec:\n  cluster:\n    cidr: 10.0.0.0/16\n", "- -", NULL },
    { "spec:\n  cluster:\n    cidr: 10.0.0.0/16\n", "- -", NULL },
    { "spec:\n  cluster:\n    cidr: 10.0.0.0/16\nkind: NodeConfig\n", "- 10.0.0.0/16", NULL },
    { CLUSTER("    cidr: \"10.0.0.0/16\" # of services\n    apiServerEndpoint: 'https://x' \n"),
        "https://x 10.0.0.0/16", NULL },
    { CLUSTER("    cidr: 10.0.0.0/16 # of services\n    apiServerEndpoint:\n"), "- 10.0.0.0/16",
        NULL },
    { CLUSTER("    cidr: # none\n    apiServerEndpoint: \"x\n    cidrs: y\n    cidr:x\n"), "- -",
        NULL },
    { CLUSTER("  cidr: 10.0.0.0/16\n"), "- -", NULL },
    { CLUSTER("    a:\n      cidr: 10.0.0.0/16\n    cidr: 10.1.0.0/16\n"), "- 10.1.0.0/16", NULL },
    { CLUSTER("    cidr:\n      x: 10.0.0.0/16\n    name: y\n"), "- -", NULL },
    { CLUSTER("    ca: |\n      cidr: 10.0.0.0/16\n"), "- -", NULL },
    { "kind: NodeConfig\nspec: {cluster: {cidr: 10.0.0.0/16}}\n", "- -",
        "it is not YAML in block style" },
    { "kind: NodeConfig\nspec:\n  cluster: {cidr: 10.0.0.0/16}\n", "- -",
        "it is not YAML in block style" },
    { "{\"kind\": \"NodeConfig\", \"spec\": {}}", "- -", NULL },
    { CLUSTER("    cidr: 10.0.0.0/16\n") "---\n" CLUSTER("    cidr: 10.1.0.0/16\n"),
        "- 10.1.0.0/16", NULL },
    { CONFIG "---\n" CLUSTER("    name: green\n"), BOTH, NULL },
    { "kind: NodeConfig\nspec:\n\tcluster:\n\t\tcidr: 10.0.0.0/16\n", "- -", NULL },
    { "MIME-Version: 1.0\n", "- -", NULL },
    { "MIME-Version: 1.0\nContent-Type: "
      "application/node.eks.aws\n\n" CONFIG,
        BOTH, NULL },
};

static void test_rows(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++) {
        _cleanup_node_config_ struct node_config config = { 0 };
        _cleanup_buffer_ struct buffer text = { 0 }, shown = { 0 };
        const char *problem = NULL;
        check_number("text", buffer_append_text(&text, rows[i].text), 0);
        check_number(rows[i].text, node_config_read(&text, &config, &problem), 0);
        check_number("shown",
            buffer_printf(&shown, "%s %s", config.endpoint ? config.endpoint : "-",
                config.services ? config.services : "-"),
            0);
        check_text(rows[i].text, shown.data, rows[i].expected);
        check_text(rows[i].text, problem ? problem : "", rows[i].problem ? rows[i].problem : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
