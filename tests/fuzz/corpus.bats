#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Every input that a fuzzer ever learned from, or failed at, holds: each corpus is replayed, built as the
# unit tests are.

fuzzers() {
    find "$BATS_TEST_DIRNAME" -name 'fuzz_*.c' -exec basename -s .c {} + | sed 's/^fuzz_//' | sort
}

@test "each fuzzer has a corpus, and each corpus a fuzzer" {
    [ "$(fuzzers)" = "$(ls "$BATS_TEST_DIRNAME/corpus")" ]
}

@test "all that is in the corpora holds" {
    for name in $(fuzzers); do
        "$BUILD/tests/fuzz/replay_$name" "$BATS_TEST_DIRNAME/corpus/$name" >"$BATS_TEST_TMPDIR/$name" 2>&1 || {
            echo "$name: $(tail -n 3 "$BATS_TEST_TMPDIR/$name")"
            return 1
        }
    done
}

# One of them starts a program for each file, so not all files are looked at. 77: the reader is not here.
@test "what the editors write is read by readers of others" {
    for row in "toml 1" "dnf 1" "ecs 1" "environment 8"; do
        read -r name every <<<"$row"
        edits=$BATS_TEST_TMPDIR/$name
        "$BUILD/tests/fuzz/replay_edit_$name" "$BATS_TEST_DIRNAME/corpus/edit_$name" "$edits"
        status=0
        /usr/bin/python3 -B "$BATS_TEST_DIRNAME/foreign-reader" "$name" "$edits" "$every" || status=$?
        [ "$status" = 0 ] || [ "$status" = 77 ]
    done
}
