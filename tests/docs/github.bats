#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck shell=bats
# What GitHub reads of this repository: forms for issues, and the workflow that others can run.

load ../lib

failed() {
    echo "$*"
    return 1
}

FORMS=$REPOSITORY/.github/ISSUE_TEMPLATE
WORKFLOW=$REPOSITORY/.github/workflows/ci.yml

@test "each form is one, and asks for what doctor says" {
    local form

    for form in "$FORMS"/*.yml; do
        [[ ${form##*/} != config.yml ]] || continue
        /usr/bin/python3 - "$form" <<'EOP' || failed "$form"
import sys
import yaml
form = yaml.safe_load(open(sys.argv[1], encoding="utf-8"))
assert {"name", "description", "body"} <= set(form), form.keys()
fields = [part for part in form["body"] if part["type"] != "markdown"]
names = [part["id"] for part in fields]
assert len(set(names)) == len(names), names
assert all(part["type"] in ("input", "textarea") and part["attributes"]["label"] for part in fields)
assert any("ec2-bootstrap doctor --json" in part["attributes"]["label"] for part in fields)
EOP
    done
}

@test "the options of forms are the agent's" {
    local command option

    # shellcheck disable=SC2016 # the quotes of Markdown
    while read -r command option; do
        "$BUILD/ec2-bootstrap" "$command" --help | grep -q -- "$option" || failed "$command has no $option"
    done < <(sed -n 's/.*`[^`]*ec2-bootstrap \([a-z][a-z]*\) \([^`]*\)`.*/\1 \2/p' "$FORMS"/*.yml |
        awk '{ for (i = 2; i <= NF; i++) if ($i ~ /^--/) print $1, $i }')
}

@test "the workflow runs what the Makefile has, on all families" {
    local target image

    while read -r target; do
        grep -q "^$target:" "$REPOSITORY/Makefile" || failed "no target $target"
    done < <(sed -n 's/.*- run: make \([a-z][a-z-]*\).*/\1/p' "$WORKFLOW")
    for image in debian ubuntu fedora amazonlinux opensuse; do
        grep -q "\"${image}[:/]" "$WORKFLOW" || failed "not on $image"
    done
    /usr/bin/python3 -c 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))["jobs"]' "$WORKFLOW"
}
