#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2034,SC2154
# no_proxy.presets: what clusters need, by name and by what is on the machine.

load ../lib
load command

setup() {
    make_root
    start_simulator
    ALWAYS=localhost,127.0.0.1,169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254,fd00:ec2::23
    NAMES='.svc,*.svc,.cluster.local,*.cluster.local'
    EKS=$NAMES,10.100.0.0/16,172.20.0.0/16
    K3S=$NAMES,10.42.0.0/16,10.43.0.0/16
    KUBERNETES=$NAMES,10.96.0.0/12
}

# list_with PRESETS [ADD]: sets list, what comes behind what is always exempt
list_with() {
    write_settings '{"proxy": {"http": "a.example:1"}, "credentials": "off", "no_proxy": {"vpc": false'"$1"'}}'
    run_agent run
    assert_status 0
    list=$(sed -n 's/^no_proxy=//p' "$ROOT/run/ec2-bootstrap/proxy.env")
    [[ $list == "$ALWAYS"* ]] || return 1
    list=${list#"$ALWAYS"} list=${list#,}
}

@test "by name" {
    local row

    for row in '["eks"]|'"$EKS" '["k3s"]|'"$K3S" '["rke2"]|'"$K3S" '["kubernetes"]|'"$KUBERNETES" '[]|' '"auto"|' \
        '["k3s", "rke2", "k3s"]|'"$K3S" '["kubernetes", "eks"]|'"$KUBERNETES,10.100.0.0/16,172.20.0.0/16"; do
        case=$row
        list_with ', "presets": '"${row%%|*}" && [[ $list == "${row#*|}" ]] || failed
    done
    all_passed
}

@test "by what is on the machine, the general one only without the others" {
    local row path
    local rows=("usr/bin/nodeadm|$EKS" "etc/eks/bootstrap.sh|$EKS" "usr/local/bin/k3s|$K3S" "opt/rke2/bin/rke2|$K3S"
        "usr/bin/kubelet|$KUBERNETES" "usr/bin/nodeadm usr/bin/kubelet|$EKS" "usr/bin/k3d|"
        "usr/bin/kubelet usr/local/bin/rke2|$K3S")

    for row in "${rows[@]}"; do
        case=$row
        for path in ${row%%|*}; do
            mkdir -p "$ROOT/${path%/*}"
            : >"$ROOT/$path"
        done
        list_with '' && [[ $list == "${row#*|}" ]] || failed
        # What is named is all that counts.
        list_with ', "presets": ["k3s"]' && [[ $list == "$K3S" ]] || failed
        for path in ${row%%|*}; do rm "$ROOT/$path"; done
    done
    all_passed
}

@test "between the VPC and what is added; alone stays alone" {
    write_settings '{"proxy": {"http": "a.example:1"}, "credentials": "off",
        "no_proxy": {"presets": ["k3s"], "services": ["s3.us-east-1.amazonaws.com"], "add": ["corp.example", ".svc"]}}'
    run_agent run
    assert_status 0
    list=$(sed -n 's/^no_proxy=//p' "$ROOT/run/ec2-bootstrap/proxy.env")
    [[ $list == "$ALWAYS,.ec2.internal,*.ec2.internal,10.0.0.0/16,100.64.0.0/16,$K3S,s3.us-east-1.amazonaws.com,"* ]]
    [[ $list == *,corp.example,.corp.example,\*.corp.example && $list != *.svc*\*.svc*.svc,\*.svc* ]]
    write_settings '{"proxy": {"http": "a.example:1"}, "credentials": "off", "no_proxy": {"presets": ["k3s"], "add": ["*"]}}'
    run_agent run
    assert_status 0
    assert_equal "$(sed -n 's/^no_proxy=//p' "$ROOT/run/ec2-bootstrap/proxy.env")" '*'
}

@test "a name that is none costs only itself, and a wrong type is refused" {
    list_with ', "presets": ["k3s", "eksx", ""]'
    assert_equal "$list" "$K3S"
    assert_contains "$(<"$ERR")" "no_proxy.presets: entry 2: it is not a preset: there are eks, k3s, rke2, kubernetes: left out"
    write_settings '{"no_proxy": {"presets": "eks"}}'
    run_agent run
    assert_status 78
    assert_contains "$(<"$ERR")" 'no_proxy.presets'
    assert_contains "$(<"$ERR")" '"auto" or a list of presets'
}

# with_user_data JSON: a simulator that has it, as the body or body_base64 of a rule
with_user_data() {
    stop_simulator
    write_scenario '{"path": "/latest/user-data", "status": 200, '"$1"'}'
    start_simulator --scenario "$SCENARIO"
}

@test "an EKS node's user-data says which range and which endpoint; what it cannot say is ignored with a word" {
    local row config='apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec:\n  cluster:\n    name: blue\n'
    local host=abc.gr7.us-east-1.eks.amazonaws.com
    local part='MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"//\"\n\n--//\nContent-Type: application/node.eks.aws\n'
    local known="    apiServerEndpoint: https://$host\n    cidr: 10.200.0.0/16\n"
    local own="$NAMES,10.200.0.0/16,$host"
    local rows=(
        "\"body\": \"$config$known\"|$own|"
        "\"body\": \"$part\n$config$known\n--//--\"|$own|"
        "\"body\": \"$config    cidr: 10.200.0.0/16\n\"|$NAMES,10.200.0.0/16|"
        "\"body\": \"$config    apiServerEndpoint: https://$host\n\"|$EKS,$host|"
        "\"body\": \"#cloud-config\nruncmd: [true]\n\"|$EKS|"
        "\"body\": \"$config    cidr: 0.0.0.0/0\n\"|$EKS|its cidr is no private block"
        "\"body\": \"$config    cidr: 8.8.0.0/16\n\"|$EKS|its cidr is no private block"
        "\"body\": \"$config    cidr: 10.200.0.1\n\"|$EKS|its cidr is no private block"
        "\"body\": \"$config    cidr: fd00:1::/108\n\"|$NAMES,fd00:1::/108|"
        "\"body\": \"$config    cidr: 2001:db8::/108\n\"|$EKS|its cidr is no private block"
        "\"body\": \"$config    cidr: 10.200.0.0/16,8.8.8.8\n\"|$EKS|its cidr is no private block"
        "\"body\": \"$config    apiServerEndpoint: https://a@b~/\n\"|$EKS|its apiServerEndpoint is no URL"
        "\"body\": \"${part}Content-Transfer-Encoding: base64\n\nYQ==\n--//--\"|$EKS|its part of the MIME message is encoded"
        "\"body\": \"kind: NodeConfig\nspec: {cluster: {}}\n\"|$EKS|it is not YAML in block style"
        "\"body_base64\": \"H4sIAAAAAAAAAw==\"|$EKS|it is compressed"
        "\"body\": \"$(printf 'x%.0s' {1..30000})\"|$EKS|"
    )

    mkdir -p "$ROOT/usr/bin"
    : >"$ROOT/usr/bin/nodeadm"
    for row in "${rows[@]}"; do
        case=${row:0:300}
        with_user_data "${row%%|*}"
        row=${row#*|}
        list_with '' && [[ $list == "${row%%|*}" ]] || failed "$list"
        if [[ ${row#*|} ]]; then
            assert_contains "$(<"$ERR")" "warning: the NodeConfig in user-data: ${row#*|}" || failed
        else
            refute_contains "$(<"$ERR")" NodeConfig || failed
        fi
    done
    all_passed
}

@test "user-data is asked for on an EKS node alone, and where it fails the rest goes on" {
    list_with ', "presets": ["k3s"]'
    refute_contains "$(simulator_requests)" user-data
    with_user_data '"body": "x"'
    list_with ', "presets": ["eks"]'
    assert_equal "$(simulator_requests | grep -c 'GET /latest/user-data 200')" 1
    stop_simulator
    write_scenario '{"path": "/latest/user-data", "status": 500}'
    start_simulator --scenario "$SCENARIO"
    list_with ', "presets": ["eks"]'
    assert_equal "$list" "$EKS"
    assert_contains "$(<"$ERR")" "the NodeConfig in user-data: user-data cannot be read: not used"
}

@test "the document has them all" {
    local name entries

    while IFS=$'\t' read -r name entries; do
        case=$name
        grep -F "| \`$name\` |" "$REPOSITORY/docs/eks.md" >"$BATS_TEST_TMPDIR/row" || failed
        [[ $name == rke2 ]] || for entry in ${entries//,/ }; do
            grep -qF "\`$entry\`" "$BATS_TEST_TMPDIR/row" || failed "$entry"
        done
    done < <(python3 - "$REPOSITORY/agent/proxy/presets.c" <<'EOF'
import re
import sys
text = open(sys.argv[1], encoding="utf-8").read()
names = re.search(r'#define NAMES +"([^"]*)"', text)[1]
for name, pods, services in re.findall(
        r'\.name = "(\w+)",\s*\.names = NAMES,\s*\.pods = "([^"]*)",\s*\.services = "([^"]*)"', text):
    print(name, ",".join(filter(None, (names, pods, services))), sep="\t")
EOF
)
    [[ $name == "" && $case == kubernetes ]]
    all_passed
}
