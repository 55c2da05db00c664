/* SPDX-License-Identifier: MIT */
/* agent/proxy/aws_services.c: what people write for a service, and the hosts that become of it. */

#include "proxy/aws_services.h"

#include <string.h>

#include "check.h"
#include "lib/memory.h"
#include "outputs/table.h"
#include "proxy/aws_service_table.h"

#define VIRGINIA  "us-east-1", "amazonaws.com"
#define IRELAND   "eu-west-1", "amazonaws.com"
#define BEIJING   "cn-north-1", "amazonaws.com.cn"
#define GOVCLOUD  "us-gov-west-1", "amazonaws.com"
#define SOVEREIGN "eusc-de-east-1", "amazonaws.eu"
#define SECRET    "us-iso-east-1", "c2s.ic.gov"
#define NOWHERE   NULL, NULL

#define UNKNOWN(name, host)                                                                        \
    "no_proxy.services: \"" name "\" is not a known service: written as " host
#define OTHER(name, there, here, service)                                                          \
    "no_proxy.services: \"" name "\" is of the region " there ", and this instance is in " here    \
    ": written for " there "; write \"" service                                                    \
    "\" for this region, or host names where the other one is meant"
#define NOTHING(name)                                                                              \
    "no_proxy.services: \"" name "\" names no service: left out; write a name such as \"ssm\""
#define FOREIGN(name)                                                                              \
    "no_proxy.services: \"" name                                                                   \
    "\" is an endpoint service whose host names its owner chooses: left out; put them into "       \
    "no_proxy.add"

#define S3_IRELAND                                                                                 \
    "s3.eu-west-1.amazonaws.com .s3.eu-west-1.amazonaws.com "                                      \
    "s3.dualstack.eu-west-1.amazonaws.com .s3.dualstack.eu-west-1.amazonaws.com "                  \
    "s3-eu-west-1.amazonaws.com "                                                                  \
    ".s3-eu-west-1.amazonaws.com .s3-accesspoint.eu-west-1.amazonaws.com"

/* Services with blanks between them, and what becomes of all of them. */
struct row {
    const char *services;
    const char *region, *domain;
    const char *hosts;
    const char *warnings; /* one a line */
    int result;           /* of the last one */
};

static const struct row rows[] = {
    { "", VIRGINIA, .hosts = "" },
    /* Names of the table. */
    { "ssm", VIRGINIA, .hosts = "ssm.us-east-1.amazonaws.com ssm.us-east-1.api.aws" },
    { "acm", VIRGINIA, .hosts = "acm.us-east-1.amazonaws.com" },
    { "ecr", IRELAND,
        .hosts = "api.ecr.eu-west-1.amazonaws.com .dkr.ecr.eu-west-1.amazonaws.com "
                 "ecr.eu-west-1.api.aws "
                 ".dkr-ecr.eu-west-1.on.aws" },
    { "ecs", IRELAND,
        .hosts = "ecs.eu-west-1.amazonaws.com ecs-a.eu-west-1.amazonaws.com "
                 "ecs-t.eu-west-1.amazonaws.com "
                 "ecs.eu-west-1.api.aws" },
    { "eks", IRELAND,
        .hosts = "eks.eu-west-1.amazonaws.com .eu-west-1.eks.amazonaws.com eks.eu-west-1.api.aws "
                 ".eks-cluster.eu-west-1.api.aws" },
    { "eks-auth", IRELAND, .hosts = "eks-auth.eu-west-1.api.aws" },
    { "s3", IRELAND, .hosts = S3_IRELAND },
    { "s3", VIRGINIA,
        .hosts =
            "s3.us-east-1.amazonaws.com .s3.us-east-1.amazonaws.com "
            "s3.dualstack.us-east-1.amazonaws.com .s3.dualstack.us-east-1.amazonaws.com "
            "s3-us-east-1.amazonaws.com "
            ".s3-us-east-1.amazonaws.com .s3-accesspoint.us-east-1.amazonaws.com s3.amazonaws.com "
            ".s3.amazonaws.com" },
    { "dynamodb", IRELAND,
        .hosts = "dynamodb.eu-west-1.amazonaws.com .ddb.eu-west-1.amazonaws.com "
                 "dynamodb.eu-west-1.api.aws "
                 ".ddb.eu-west-1.api.aws" },
    { "execute-api", IRELAND, .hosts = ".execute-api.eu-west-1.amazonaws.com" },
    { "codeartifact", IRELAND,
        .hosts = "codeartifact.eu-west-1.amazonaws.com .d.codeartifact.eu-west-1.amazonaws.com "
                 "codeartifact.eu-west-1.api.aws" },
    { "sagemaker", IRELAND,
        .hosts = ".sagemaker.eu-west-1.amazonaws.com .sagemaker.eu-west-1.api.aws" },
    { "iam", IRELAND, .hosts = "iam.amazonaws.com iam.global.api.aws" },
    { "s3express", IRELAND, .hosts = "s3express-control.eu-west-1.amazonaws.com",
        "no_proxy.services: \"s3express\": the zone is in the names of its buckets: put "
        ".s3express-ZONE.REGION.amazonaws.com, with the zone's id such as use1-az4, into "
        "no_proxy.add" },
    /* Any letter case, hyphens and dots at will, a dot behind. */
    { "SSM", VIRGINIA, .hosts = "ssm.us-east-1.amazonaws.com ssm.us-east-1.api.aws" },
    { "SecretsManager", IRELAND,
        .hosts = "secretsmanager.eu-west-1.amazonaws.com secretsmanager.eu-west-1.api.aws" },
    { "secrets-manager", IRELAND,
        .hosts = "secretsmanager.eu-west-1.amazonaws.com secretsmanager.eu-west-1.api.aws" },
    { "ssm.", VIRGINIA, .hosts = "ssm.us-east-1.amazonaws.com ssm.us-east-1.api.aws" },
    /* Other names. */
    { "cloudwatch", IRELAND,
        .hosts = "monitoring.eu-west-1.amazonaws.com monitoring.eu-west-1.api.aws" },
    { "cwlogs", IRELAND, .hosts = "logs.eu-west-1.amazonaws.com logs.eu-west-1.api.aws" },
    { "EFS", IRELAND,
        .hosts = "elasticfilesystem.eu-west-1.amazonaws.com elasticfilesystem.eu-west-1.api.aws" },
    { "elbv2", IRELAND,
        .hosts =
            "elasticloadbalancing.eu-west-1.amazonaws.com elasticloadbalancing.eu-west-1.api.aws" },
    { "stepfunctions", IRELAND,
        .hosts = "states.eu-west-1.amazonaws.com sync-states.eu-west-1.amazonaws.com "
                 "states.eu-west-1.api.aws" },
    /* Endpoint services, or what stands behind the region in their names. */
    { "com.amazonaws.us-east-1.ssm", VIRGINIA,
        .hosts = "ssm.us-east-1.amazonaws.com ssm.us-east-1.api.aws" },
    { "com.amazonaws.us-east-1.ecr.dkr", VIRGINIA,
        .hosts = ".dkr.ecr.us-east-1.amazonaws.com .dkr-ecr.us-east-1.on.aws" },
    { "ecr.dkr", VIRGINIA, .hosts = ".dkr.ecr.us-east-1.amazonaws.com .dkr-ecr.us-east-1.on.aws" },
    { "dkr.ecr", VIRGINIA, .hosts = ".dkr.ecr.us-east-1.amazonaws.com .dkr-ecr.us-east-1.on.aws" },
    { "ecr.api", VIRGINIA, .hosts = "api.ecr.us-east-1.amazonaws.com ecr.us-east-1.api.aws" },
    { "ecr-api", VIRGINIA, .hosts = "api.ecr.us-east-1.amazonaws.com ecr.us-east-1.api.aws" },
    { "ecs-agent ecs-telemetry", VIRGINIA,
        .hosts = "ecs-a.us-east-1.amazonaws.com ecs-t.us-east-1.amazonaws.com" },
    { "kinesis-streams", VIRGINIA,
        .hosts = "kinesis.us-east-1.amazonaws.com .data-kinesis.us-east-1.amazonaws.com "
                 ".control-kinesis.us-east-1.amazonaws.com kinesis.us-east-1.api.aws" },
    { "kinesis-firehose", VIRGINIA,
        .hosts = "firehose.us-east-1.amazonaws.com firehose.us-east-1.api.aws" },
    { "sagemaker.runtime", VIRGINIA,
        .hosts = "runtime.sagemaker.us-east-1.amazonaws.com runtime.sagemaker.us-east-1.api.aws" },
    { "codedeploy-commands-secure", VIRGINIA,
        .hosts = "codedeploy-commands-secure.us-east-1.amazonaws.com" },
    { "aws.sagemaker.us-east-1.studio", VIRGINIA, .hosts = ".studio.us-east-1.sagemaker.aws" },
    { "aws.api.us-east-1.kendra-ranking", VIRGINIA, .hosts = "kendra-ranking.us-east-1.api.aws" },
    { "com.amazonaws.s3-global.accesspoint", IRELAND,
        .hosts = ".accesspoint.s3-global.amazonaws.com" },
    { "COM.AMAZONAWS.US-EAST-1.STS", VIRGINIA,
        .hosts = "sts.us-east-1.amazonaws.com sts.us-east-1.api.aws" },
    { "us-east-1.sts", VIRGINIA, .hosts = "sts.us-east-1.amazonaws.com sts.us-east-1.api.aws" },
    { "sts.us-east-1", VIRGINIA, .hosts = "sts.us-east-1.amazonaws.com sts.us-east-1.api.aws" },
    { "com.amazonaws.us-east-1.kms-fips", VIRGINIA,
        .hosts = "kms-fips.us-east-1.amazonaws.com kms-fips.us-east-1.api.aws" },
    /* Names with a region need nothing of the instance. */
    { "com.amazonaws.eu-west-1.ssm", NOWHERE,
        .hosts = "ssm.eu-west-1.amazonaws.com ssm.eu-west-1.api.aws" },
    { "com.amazonaws.cn-north-1.s3express", NOWHERE,
        .hosts = "s3express-control.cn-north-1.amazonaws.com.cn",
        "no_proxy.services: \"com.amazonaws.cn-north-1.s3express\": the zone is in the names of "
        "its buckets: put .s3express-ZONE.REGION.amazonaws.com, with the zone's id such as "
        "use1-az4, into no_proxy.add" },
    { "com.amazonaws.us-iso-east-1.ssm", NOWHERE, .hosts = "ssm.us-iso-east-1.c2s.ic.gov" },
    { "ssm", NOWHERE, .hosts = "", .result = 1 },
    { "ssm", "us-east-1", NULL, .hosts = "", .result = 1 },
    { "ssm", NULL, "amazonaws.com", .hosts = "", .result = 1 },
    /* Another region. */
    { "com.amazonaws.eu-west-1.ssm", VIRGINIA,
        .hosts = "ssm.eu-west-1.amazonaws.com ssm.eu-west-1.api.aws",
        OTHER("com.amazonaws.eu-west-1.ssm", "eu-west-1", "us-east-1", "ssm") },
    { "com.amazonaws.cn-north-1.ssm", VIRGINIA,
        .hosts = "ssm.cn-north-1.amazonaws.com.cn ssm.cn-north-1.api.amazonwebservices.com.cn",
        OTHER("com.amazonaws.cn-north-1.ssm", "cn-north-1", "us-east-1", "ssm") },
    /* Hosts. */
    { "sts.us-east-1.amazonaws.com", NOWHERE,
        .hosts = "sts.us-east-1.amazonaws.com .sts.us-east-1.amazonaws.com" },
    { "STS.us-east-1.amazonaws.com.", VIRGINIA,
        .hosts = "sts.us-east-1.amazonaws.com .sts.us-east-1.amazonaws.com" },
    { "api.ecr.eu-west-1.amazonaws.com", VIRGINIA,
        .hosts = "api.ecr.eu-west-1.amazonaws.com .api.ecr.eu-west-1.amazonaws.com" },
    { "123456789012.dkr.ecr.us-east-1.amazonaws.com", VIRGINIA,
        .hosts = "123456789012.dkr.ecr.us-east-1.amazonaws.com "
                 ".123456789012.dkr.ecr.us-east-1.amazonaws.com" },
    { "vpce-0a1b-c2d3.ssm.us-east-1.vpce.amazonaws.com", VIRGINIA,
        .hosts = "vpce-0a1b-c2d3.ssm.us-east-1.vpce.amazonaws.com "
                 ".vpce-0a1b-c2d3.ssm.us-east-1.vpce.amazonaws.com" },
    { "ssm.us-east-1.api.aws", VIRGINIA, .hosts = "ssm.us-east-1.api.aws .ssm.us-east-1.api.aws" },
    { "ssm.cn-north-1.amazonaws.com.cn", BEIJING,
        .hosts = "ssm.cn-north-1.amazonaws.com.cn .ssm.cn-north-1.amazonaws.com.cn" },
    { "ssm.x-1.cloud.example", "x-1", "cloud.example",
        .hosts = "ssm.x-1.cloud.example .ssm.x-1.cloud.example" },
    /* Other partitions. */
    { "ssm eks-auth", BEIJING,
        .hosts = "ssm.cn-north-1.amazonaws.com.cn ssm.cn-north-1.api.amazonwebservices.com.cn "
                 "eks-auth.cn-north-1.api.amazonwebservices.com.cn" },
    { "eks", BEIJING,
        .hosts = "eks.cn-north-1.amazonaws.com.cn .cn-north-1.eks.amazonaws.com.cn "
                 "eks.cn-north-1.api.amazonwebservices.com.cn "
                 ".eks-cluster.cn-north-1.api.amazonwebservices.com.cn" },
    { "cn.com.amazonaws.cn-north-1.ecr.dkr", BEIJING,
        .hosts = ".dkr.ecr.cn-north-1.amazonaws.com.cn "
                 ".dkr-ecr.cn-north-1.on.amazonwebservices.com.cn" },
    { "iam", BEIJING,
        .hosts = "iam.amazonaws.com.cn iam.global.api.amazonwebservices.com.cn "
                 "iam.cn-north-1.amazonaws.com.cn" },
    { "ec2-fips", GOVCLOUD,
        .hosts = "ec2-fips.us-gov-west-1.amazonaws.com ec2-fips.us-gov-west-1.api.aws" },
    { "s3-fips", GOVCLOUD,
        .hosts = "s3-fips.us-gov-west-1.amazonaws.com .s3-fips.us-gov-west-1.amazonaws.com "
                 "s3-fips.dualstack.us-gov-west-1.amazonaws.com "
                 ".s3-fips.dualstack.us-gov-west-1.amazonaws.com" },
    { "ecr-fips", GOVCLOUD,
        .hosts = "ecr-fips.us-gov-west-1.amazonaws.com .dkr.ecr-fips.us-gov-west-1.amazonaws.com "
                 "ecr-fips.us-gov-west-1.api.aws" },
    { "eks-fips", GOVCLOUD, .hosts = "fips.eks.us-gov-west-1.amazonaws.com" },
    { "ssm", SOVEREIGN,
        .hosts = "ssm.eusc-de-east-1.amazonaws.eu ssm.eusc-de-east-1.api.amazonwebservices.eu" },
    { "ssm", SECRET, .hosts = "ssm.us-iso-east-1.c2s.ic.gov" },
    { "ssm", "x-1", "cloud.example", .hosts = "ssm.x-1.cloud.example" },
    /* What an earlier one covers is not written again. */
    { "s3 s3-accesspoint s3", IRELAND,
        .hosts = S3_IRELAND " .s3-accesspoint.dualstack.eu-west-1.amazonaws.com" },
    { "sagemaker sagemaker.api", IRELAND,
        .hosts = ".sagemaker.eu-west-1.amazonaws.com .sagemaker.eu-west-1.api.aws" },
    { "ssm com.amazonaws.eu-west-1.ssm", IRELAND,
        .hosts = "ssm.eu-west-1.amazonaws.com ssm.eu-west-1.api.aws" },
    /* What is not known. */
    { "ssmm", VIRGINIA, .hosts = "ssmm.us-east-1.amazonaws.com .ssmm.us-east-1.amazonaws.com",
        UNKNOWN("ssmm", "ssmm.us-east-1.amazonaws.com") "; did you mean \"ssm\"?" },
    { "com.amazonaws.us-east-1.ecr.dk", VIRGINIA,
        .hosts = "ecr.dk.us-east-1.amazonaws.com .ecr.dk.us-east-1.amazonaws.com",
        UNKNOWN("com.amazonaws.us-east-1.ecr.dk",
            "ecr.dk.us-east-1.amazonaws.com") "; did you mean \"ecr.dkr\"?" },
    { "zzzzzzzzzzzzzzzz", VIRGINIA,
        .hosts =
            "zzzzzzzzzzzzzzzz.us-east-1.amazonaws.com .zzzzzzzzzzzzzzzz.us-east-1.amazonaws.com",
        UNKNOWN("zzzzzzzzzzzzzzzz",
            "zzzzzzzzzzzzzzzz.us-east-1.amazonaws.com") "; if its host "
                                                        "has another name, put that into "
                                                        "no_proxy.add" },
    { "aws.api.us-east-1.zzzzzzzzzzzzzzzz", VIRGINIA,
        .hosts = "zzzzzzzzzzzzzzzz.us-east-1.api.aws .zzzzzzzzzzzzzzzz.us-east-1.api.aws",
        UNKNOWN("aws.api.us-east-1.zzzzzzzzzzzzzzzz",
            "zzzzzzzzzzzzzzzz.us-east-1.api.aws") "; if "
                                                  "its host has another name, put that into "
                                                  "no_proxy.add" },
    { "com.amazonaws.", VIRGINIA, .hosts = "", NOTHING("com.amazonaws.") },
    { "com.amazonaws", VIRGINIA, .hosts = "", NOTHING("com.amazonaws") },
    { "com.amazonaws.us-east-1", VIRGINIA, .hosts = "", NOTHING("com.amazonaws.us-east-1") },
    { "us-east-1", VIRGINIA, .hosts = "", NOTHING("us-east-1") },
    { "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b", VIRGINIA, .hosts = "",
        FOREIGN("com.amazonaws.vpce.us-east-1.vpce-svc-0a1b") },
    { "vpce-svc-0a1b", VIRGINIA, .hosts = "", FOREIGN("vpce-svc-0a1b") },
    { "vpce-0a1b", VIRGINIA, .hosts = "",
        "no_proxy.services: \"vpce-0a1b\" is the id of a VPC endpoint: left out; name its service, "
        "such as \"ssm\", or put the endpoint's host names into no_proxy.add" },
};

static void check_row(const struct row *row)
{
    _cleanup_strings_ struct strings hosts = { 0 }, warnings = { 0 };
    const struct aws_service_place place = { row->region, row->domain };
    int r = 0;
    for (const char *p = row->services; *p; p += strspn(p, " ")) {
        size_t length = strcspn(p, " ");
        _cleanup_mem_ char *service = mem_strndup(p, length);
        r = aws_service_append_hosts(service, &place, &hosts, &warnings);
        p += length;
    }
    _cleanup_mem_ char *all = strings_join(&hosts, " ");
    _cleanup_mem_ char *warned = strings_join(&warnings, "\n");
    check_text(row->services, all, row->hosts);
    check_text(row->services, warned, row->warnings ? row->warnings : "");
    check_number(row->services, r, row->result);
}

static void test_hosts(void **state)
{
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(rows); i++)
        check_row(&rows[i]);
}

static void test_needs_place(void **state)
{
    static const struct {
        const char *service;
        int needs;
    } services[] = { { "ssm", 1 }, { "ecr.dkr", 1 }, { "ssmm", 1 }, { "ssm.us-east-1", 0 },
        { "com.amazonaws.us-east-1.ssm", 0 }, { "com.amazonaws.s3-global.accesspoint", 1 },
        { "sts.us-east-1.amazonaws.com", 0 }, { "vpce-0a1b", 0 }, { "com.amazonaws.", 0 },
        { "", 0 } };
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(services); i++)
        check_number(
            services[i].service, aws_service_needs_place(services[i].service), services[i].needs);
}

static void test_host_alone(void **state)
{
    static const struct {
        const char *host;
        int alone;
    } hosts[] = { { "ssm.us-east-1.amazonaws.com", 1 }, { "ssm.us-east-1.api.aws", 1 },
        { "api.ecr.eu-west-1.amazonaws.com", 1 }, { "s3.eu-west-1.amazonaws.com", 0 },
        { "s3.dualstack.eu-west-1.amazonaws.com", 0 }, { "dkr.ecr.eu-west-1.amazonaws.com", 0 },
        { "ssm.cn-north-1.amazonaws.com.cn", 1 }, { "ssm.us-east-1.amazonaws.com.cn", 0 },
        { "iam.amazonaws.com", 1 }, { "zzzz.us-east-1.amazonaws.com", 0 }, { "amazonaws.com", 0 },
        { "corp.example", 0 }, { "localhost", 0 } };
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(hosts); i++)
        check_number(hosts[i].host, aws_service_is_host_alone(hosts[i].host), hosts[i].alone);
}

static void test_exempt(void **state)
{
    static const struct {
        const char *service, *no_proxy;
        int exempt;
    } lists[] = { { "s3", "", 0 }, { "s3", ",", 0 }, { "s3", "*", 1 }, { "s3", "localhost,*", 1 },
        { "s3", "localhost,127.0.0.1,.ec2.internal,*.ec2.internal,10.0.0.0/8,fd00:ec2::254", 0 },
        { "s3", "corp.example,.corp.example", 0 }, { "s3", "s3.us-east-1.amazonaws.com", 1 },
        { "s3", "localhost,*.s3.us-east-1.amazonaws.com", 1 },
        { "s3", "s3.dualstack.eu-west-1.amazonaws.com", 1 },
        { "s3", "bucket.s3.eu-west-1.amazonaws.com", 1 }, { "s3", "amazonaws.com", 1 },
        { "s3", ".us-east-1.amazonaws.com", 1 }, { "s3", "s3.amazonaws.com", 1 },
        { "s3", ".s3.cn-north-1.amazonaws.com.cn", 1 }, { "s3", "ec2.us-east-1.amazonaws.com", 0 },
        { "s3", "s3-control.us-east-1.amazonaws.com", 0 },
        { "s3", "vpce-0a1b.s3.us-east-1.vpce.amazonaws.com", 1 },
        { "codedeploy", "vpce-0a1b.s3.us-east-1.vpce.amazonaws.com", 0 },
        { "codedeploy", "vpce-0a1b.codedeploy.us-east-1.vpce.amazonaws.com", 1 },
        { "codedeploy", "codedeploy-commands-secure.us-east-1.amazonaws.com", 1 },
        { "codedeploy", "codedeploy.us-east-1.api.aws", 1 },
        { "codedeploy", "s3.us-east-1.amazonaws.com", 0 },
        { "codedeploy", "notcodedeploy.us-east-1.amazonaws.com", 0 } };
    (void) state;
    for (size_t i = 0; i < ELEMENTSOF(lists); i++)
        check_number(lists[i].no_proxy, aws_service_is_exempt(lists[i].service, lists[i].no_proxy),
            lists[i].exempt);
}

/* Each row is a row that can be found, and each other name is that of one. */
static void test_table(void **state)
{
    static const struct aws_service_place place = { VIRGINIA };
    (void) state;
    for (size_t i = 0; i < aws_service_count; i++) {
        _cleanup_strings_ struct strings hosts = { 0 }, warnings = { 0 };
        const char *name = aws_service_table[i].name;
        check_number(name, aws_service_append_hosts(name, &place, &hosts, &warnings), 0);
        check_that(name, hosts.count > 0);
        check_number(name, warnings.count, aws_service_table[i].note ? 1 : 0);
    }
    for (size_t i = 0; i < aws_service_alias_count; i++) {
        _cleanup_strings_ struct strings of_alias = { 0 }, of_name = { 0 }, warnings = { 0 };
        const struct aws_service_alias *alias = &aws_service_aliases[i];
        check_number(
            alias->name, aws_service_append_hosts(alias->name, &place, &of_alias, &warnings), 0);
        check_number(alias->service,
            aws_service_append_hosts(alias->service, &place, &of_name, &warnings), 0);
        _cleanup_mem_ char *got = strings_join(&of_alias, " ");
        _cleanup_mem_ char *expected = strings_join(&of_name, " ");
        check_text(alias->name, got, expected);
        check_number(alias->name, warnings.count, 0);
    }
}

/* The services of an output are of the table: any other name would never be exempt. */
static void test_outputs(void **state)
{
    static const struct aws_service_place place = { VIRGINIA };
    (void) state;
    for (size_t i = 0; i < outputs_count; i++) {
        const struct output *output = outputs_table[i];
        check_number(
            output->name, output->services != NULL, output->no_proxy == OUTPUT_KNOWS_NO_NO_PROXY);
        check_number(output->name, output->without != NULL, output->services != NULL);
        for (const char *const *name = output->services; name && *name; name++) {
            _cleanup_strings_ struct strings hosts = { 0 }, warnings = { 0 };
            check_number(*name, aws_service_append_hosts(*name, &place, &hosts, &warnings), 0);
            check_number(*name, warnings.count, 0);
            check_number(*name, aws_service_is_exempt(*name, hosts.items[0]), 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_needs_place),
        cmocka_unit_test(test_host_alone),
        cmocka_unit_test(test_exempt),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_outputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
