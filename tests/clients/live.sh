#!/bin/sh
# SPDX-License-Identifier: MIT
# Real clients do what `explain` says of them: on the lists that `run` writes, and on awkward ones.
# What they do is what a server sees of them, now. Speaks TAP: a test per client.
#
#   tests/netns tests/clients/live.sh
#
# CLIENTS: which (clients.tsv); by default those that need no large download. AWKWARD: the files of
# awkward lists. STRICT: not empty when a client that is not here is a failure.
set -eu

here=$(cd "${0%/*}" && pwd)
build=${BUILD:-build}
case $build in /*) ;; *) build=$here/../../$build ;; esac

mkdir -p "$build/clients"
written=$build/clients/written
"$here/written-lists" >"$written.all"
sed 1q "$written.all" >"$written.main"
sed 1d "$written.all" >"$written.more"

set -- --lists "$written.main" --lists "$written.more"
for file in ${AWKWARD:-$here/lists-few.txt}; do
    set -- "$@" --lists "$file"
done
# shellcheck disable=SC2086 # words are meant
exec "$here/compare" ${STRICT:+--strict} "$@" ${CLIENTS:-small slow}
