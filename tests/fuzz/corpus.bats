#!/usr/bin/env bats
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
