#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2154
# no_proxy.services: which hosts the clients then reach directly.

load ../lib
load command

setup() {
    make_root
    start_simulator
}

# warnings: those about the services
warnings() {
    sed -n 's/^ec2-bootstrap: warning: //p' "$ERR" | grep -vE '^no_proxy (entry|is a line) ' || true
}

# run_services SERVICES: JSON
run_services() {
    make_root
    write_settings '{"proxy": {"http": "http://proxy.corp:3128"}, "credentials": "off",
        "no_proxy": {"vpc": false, "services": '"$1"'}}'
    run_agent run
    assert_status 0
}

# other_routes ROUTE URL...: prints each client and URL with another route
other_routes() {
    agent explain --root "$ROOT" --json "${@:2}" >"$BATS_TEST_TMPDIR/routes" || true
    python3 -c 'import json, sys
for row in json.load(open(sys.argv[2], encoding="utf-8")):
    # curl 7.86.0 reads an entry for what is below a domain only at the end of a list.
    if row["route"] != sys.argv[1] and row["client"] != "curl-7.86":
        print(row["client"], row["url"], row["route"])' "$1" "$BATS_TEST_TMPDIR/routes"
}

@test "what people write for a service, and the hosts that it is" {
    # services | hosts that are direct | hosts that are not | part of the warning
    local us=us-east-1.amazonaws.com rows row service direct other warning
    rows=(
        "ssm|ssm.$us ssm.us-east-1.api.aws|ssmmessages.$us ssm.eu-west-1.amazonaws.com|"
        "SSM|ssm.$us|sts.$us|"
        "ecr|api.ecr.$us 123456789012.dkr.ecr.$us ecr.us-east-1.api.aws|ecr.$us|"
        "ecr.dkr|123456789012.dkr.ecr.$us|api.ecr.$us ecr.dkr.$us|"
        "ecr.api|api.ecr.$us|123456789012.dkr.ecr.$us|"
        "com.amazonaws.us-east-1.ssm|ssm.$us|com.amazonaws.$us|"
        "com.amazonaws.us-east-1.ecr.dkr|123456789012.dkr.ecr.$us|api.ecr.$us|"
        "com.amazonaws.us-east-1.sagemaker.runtime|runtime.sagemaker.$us|api.sagemaker.$us|"
        "aws.sagemaker.us-east-1.notebook|x.notebook.us-east-1.sagemaker.aws|sagemaker.$us|"
        "sts.us-east-1.amazonaws.com|sts.$us|sts.$us.$us sts.amazonaws.com|"
        "123456789012.dkr.ecr.$us|123456789012.dkr.ecr.$us|123456789013.dkr.ecr.$us|"
        "vpce-0a1b.s3.us-east-1.vpce.amazonaws.com|bucket.vpce-0a1b.s3.us-east-1.vpce.amazonaws.com|s3.$us|"
        "s3|s3.$us bucket.s3.$us al2023-repos-us-east-1-de612dc2.s3.dualstack.$us bucket.s3-us-east-1.amazonaws.com bucket.s3.amazonaws.com|s3.eu-west-1.amazonaws.com|"
        "eks|eks.$us 0A1B.gr7.us-east-1.eks.amazonaws.com 0A1B.gr7.eks-cluster.us-east-1.api.aws|0A1B.gr7.eu-west-1.eks.amazonaws.com|"
        "eks-auth|eks-auth.us-east-1.api.aws|eks.$us|"
        "ecs|ecs.$us ecs-a.$us ecs-t.$us|ecs-a-1.$us|"
        "ecs-agent|ecs-a.$us|ecs.$us|"
        "cloudwatch|monitoring.$us|cloudwatch.$us|"
        "efs|elasticfilesystem.$us|efs.$us|"
        "execute-api|id.execute-api.$us|execute-api.eu-west-1.amazonaws.com|"
        "kms-fips|kms-fips.$us|kms.$us|"
        "com.amazonaws.eu-west-1.ssm sts|ssm.eu-west-1.amazonaws.com|ssm.$us|is of the region eu-west-1, and this instance is in us-east-1"
        "ssmm|ssmm.$us x.ssmm.$us|ssm.$us|not a known service: written as ssmm.$us; did you mean \"ssm\"?"
        "com.amazonaws.|localhost|com.amazonaws.$us|names no service: left out"
        "vpce-0a1b|localhost|vpce-0a1b.$us|is the id of a VPC endpoint: left out"
    )
    for row in "${rows[@]}"; do
        IFS='|' read -r service direct other warning <<<"$row"
        run_services "[\"${service// /\", \"}\"]"
        # shellcheck disable=SC2046,SC2086 # a word for each URL
        assert_equal "$service: $(other_routes direct $(printf 'https://%s/ ' $direct))" "$service: "
        # shellcheck disable=SC2046,SC2086
        assert_equal "$service: $(other_routes proxy $(printf 'https://%s/ ' $other))" "$service: "
        if [[ -z $warning ]]; then
            assert_equal "$service: $(warnings)" "$service: "
        else
            assert_equal "$service: $(warnings | wc -l)" "$service: 1"
            assert_contains "$(warnings)" "$warning"
        fi
    done
}

@test "names that say their region need nothing of IMDS" {
    run_services '["com.amazonaws.eu-west-1.ssm", "sts.eu-west-1.amazonaws.com"]'
    assert_equal "$(simulator_requests)" ""
    assert_equal "$(warnings)" ""
    assert_equal "$(other_routes direct https://ssm.eu-west-1.amazonaws.com/ https://sts.eu-west-1.amazonaws.com/)" ""
}

@test "the clients agree on every sample of the list that run writes" {
    run_services '["ssm", "ssmmessages", "ec2messages", "ec2", "sts", "logs", "kms", "secretsmanager", "ecr", "s3"]'
    assert_equal "$(warnings)" ""
    assert_equal "$(agent explain --root "$ROOT" --json | python3 -c '
import collections, json, sys
routes = collections.defaultdict(set)
for row in json.load(sys.stdin):
    if row["client"] != "curl-7.86" and "amazonaws" in row["url"]:
        routes[row["url"]].add(row["route"])
print([url for url, ways in routes.items() if ways != {"direct"}])')" "[]"
}
