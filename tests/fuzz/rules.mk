# SPDX-License-Identifier: MIT
# The fuzzers: a file tests/fuzz/fuzz_NAME.c each, with corpus/NAME, and dictionary/NAME where it helps.

FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
# Replays what is in the corpora.
BATS_TESTS += tests/fuzz/corpus.bats
# make fuzz FUZZ='json diff' FUZZ_RUNS=10000000: those, that often; by default each for some seconds.
FUZZ         ?= $(FUZZERS)
FUZZ_RUNS    ?=
FUZZ_SECONDS ?= 60
FUZZ_JOBS    ?= $(shell nproc)
FUZZ_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# Comparisons are not traced: it costs a third of the speed, and a dictionary does as well.
FUZZ_COVERAGE := -fsanitize-coverage=inline-8bit-counters,pc-table
FUZZ_HELPERS  := fuzz edit memory_tree

comma := ,
# Every fuzzer has memory_tree.c in the place of the files; some have more in the place of something.
FUZZ_WRAPS := tree_open_path tree_exists tree_is_masked tree_read tree_list tree_resolve
fuzz_wraps  = $(patsubst %,-Wl$(comma)--wrap=%,$(FUZZ_WRAPS) $(FUZZ_WRAPS_$*))
FUZZ_WRAPS_imds_http   := curl_multi_add_handle
FUZZ_WRAPS_imds_client := http_perform clock_now_ms clock_sleep_ms resolve_name \
                          curl_multi_init curl_multi_cleanup

# Foreign readers that what the agent writes is read by.
FUZZ_LIBS_edit_yaml := -lyaml

# Under libFuzzer: everything is instrumented, compiled by clang.
$(BUILD)/fuzz/%.o: %.c tests/fuzz/rules.mk $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)clang $(CPPFLAGS) -std=c17 -g -O2 $(FUZZ_COVERAGE) $(FUZZ_SANITIZE) \
	    -MMD -MP -c -o $@ $<

FUZZ_LIBRARY := $(BUILD)/fuzz/libagent.a
$(FUZZ_LIBRARY): $(patsubst %.c,$(BUILD)/fuzz/%.o,$(filter-out agent/main.c,$(AGENT_SOURCES)))
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/fuzz/fuzz_%: $(BUILD)/fuzz/tests/fuzz/fuzz_%.o \
    $(FUZZ_HELPERS:%=$(BUILD)/fuzz/tests/fuzz/%.o) $(FUZZ_LIBRARY)
	$(call say,LINK,$@)clang -fsanitize=fuzzer $(FUZZ_SANITIZE) $(fuzz_wraps) -o $@ $^ $(LDLIBS) \
	    $(FUZZ_LIBS_$*)

-include $(wildcard $(BUILD)/fuzz/agent/*/*.d $(BUILD)/fuzz/tests/fuzz/*.d)

# The replays, for `make test`: as the unit tests, by any compiler.
FUZZ_REPLAYS := $(FUZZERS:%=$(BUILD)/tests/fuzz/replay_%)
$(BUILD)/tests/fuzz/%.o: private override CFLAGS += $(TEST_CFLAGS)
$(FUZZ_REPLAYS): $(BUILD)/tests/fuzz/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o \
    $(addprefix $(BUILD)/tests/fuzz/,$(FUZZ_HELPERS:%=%.o) replay.o) $(AGENT_LIBRARY)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) $(fuzz_wraps) -o $@ $^ $(LDLIBS) \
	    $(FUZZ_LIBS_$*)

-include $(wildcard $(BUILD)/tests/fuzz/*.d)
.PHONY: fuzz-replays
fuzz-replays: $(FUZZ_REPLAYS)

.PHONY: fuzzers
fuzzers: $(FUZZ:%=$(BUILD)/fuzz/fuzz_%)

.PHONY: fuzz
fuzz: ## feed the parsers with generated input, FUZZ_SECONDS or FUZZ_RUNS for each
	@tests/requirements lint
	@$(PARALLEL_MAKE) fuzzers
	@BUILD=$(abspath $(BUILD)) RUNS='$(FUZZ_RUNS)' SECONDS_EACH='$(FUZZ_SECONDS)' JOBS='$(FUZZ_JOBS)' \
	    tests/netns tests/fuzz/run $(FUZZ)
