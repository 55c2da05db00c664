# SPDX-License-Identifier: MIT
# ec2-bootstrap: `make help` lists the targets.

VERSION := 0.2.0

PREFIX     ?= /usr
BINDIR     ?= $(PREFIX)/bin
UNITDIR    ?= $(PREFIX)/lib/systemd/system
LIBEXECDIR ?= $(PREFIX)/libexec
PRESETDIR  ?= $(PREFIX)/lib/systemd/system-preset
MANDIR     ?= $(PREFIX)/share/man
BASHDIR    ?= $(PREFIX)/share/bash-completion/completions
# Debian's zsh looks into another directory than those of others.
ZSHDIR     ?= $(PREFIX)/share/zsh/$(if $(wildcard /etc/debian_version),vendor-completions,site-functions)
FISHDIR    ?= $(PREFIX)/share/fish/vendor_completions.d
DESTDIR    ?=
BUILD      ?= build
CC         ?= cc
PKG_CONFIG ?= pkg-config
INSTALL    ?= install

# The oldest that will do; `make lint` holds the code to them.
MINIMA := libcurl=7.66 libsystemd=241 libcjson=1.7.13 libcrypto=1.1.1

# CJSON_SOURCE=DIRECTORY compiles cJSON in, from its own source: where no package has it.
export CJSON_SOURCE ?=
PACKAGES := libcurl libcrypto libsystemd $(if $(CJSON_SOURCE),,libcjson)

# What is packed `seal` looks into with these, each where it is there; UNPACK= builds without.
ifeq ($(origin UNPACK),undefined)
UNPACK := $(shell for package in zlib liblzma libzstd bzip2; do \
    $(PKG_CONFIG) --exists $$package 2>/dev/null && echo $$package; done)
# Debian's has no file for pkg-config.
BZIP2 := $(if $(filter bzip2,$(UNPACK)),,$(shell \
    $(CC) -E -include bzlib.h -x c /dev/null >/dev/null 2>&1 && echo -lbz2))
endif
HAVE_zlib := ZLIB
HAVE_liblzma := LZMA
HAVE_libzstd := ZSTD
HAVE_bzip2 := BZIP2
UNPACK_CPPFLAGS := $(foreach package,$(UNPACK),-DHAVE_$(HAVE_$(package))) $(if $(BZIP2),-DHAVE_BZIP2)
override CPPFLAGS += $(UNPACK_CPPFLAGS)
PACKAGES += $(UNPACK)

WARNINGS := -Wall -Wextra -Wshadow -Wformat=2 -Wconversion -Wstrict-prototypes \
            -Wmissing-prototypes -Wvla -Wcast-qual -Wwrite-strings -Wundef
HARDENING := -fstack-protector-strong -fstack-clash-protection -D_FORTIFY_SOURCE=2 -fPIE
CFLAGS  ?= -O2 -g
# Two builds of one commit are the same bytes, wherever each was made.
override CFLAGS += -std=c17 $(WARNINGS) $(HARDENING) -fdebug-prefix-map=$(CURDIR)=.
# Asked once: without the simple assignment each use would run pkg-config again.
PACKAGE_CFLAGS := $(shell $(PKG_CONFIG) --cflags $(PACKAGES) 2>/dev/null)
LDLIBS         := $(shell $(PKG_CONFIG) --libs $(PACKAGES) 2>/dev/null) $(BZIP2)
override CPPFLAGS += -D_GNU_SOURCE -DEC2_BOOTSTRAP_VERSION='"$(VERSION)"' -Iagent $(PACKAGE_CFLAGS)
override LDFLAGS += -pie -Wl,-z,relro,-z,now -Wl,--as-needed

ifneq ($(CJSON_SOURCE),)
CJSON_OBJECT := $(BUILD)/cjson/cJSON.o
CJSON_HEADER := $(BUILD)/cjson/include/cjson/cJSON.h
override CPPFLAGS += -isystem $(BUILD)/cjson/include
CJSON_LIBS :=
else
CJSON_LIBS := $(shell $(PKG_CONFIG) --libs libcjson 2>/dev/null)
endif

# SANITIZE=address,undefined builds everything with these sanitizers.
ifdef SANITIZE
override CFLAGS += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer \
                   -U_FORTIFY_SOURCE
endif

ifneq ($(V),1)
Q := @
say = @printf '  %-7s %s\n' "$(1)" "$(2)";
endif

# FOUND=yes: libraries are found at run time, and not linked (`make portable`).
FOUND_SOURCES := $(sort $(wildcard agent/found/*.c))
AGENT_SOURCES := agent/main.c $(filter-out $(if $(FOUND),,$(FOUND_SOURCES)),$(sort $(wildcard agent/*/*.c)))
AGENT_OBJECTS := $(AGENT_SOURCES:%.c=$(BUILD)/%.o)
# What the unit tests link: all of the agent but its main().
AGENT_LIBRARY := $(BUILD)/libagent.a

SIM_OBJECTS  := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/imds-sim/*.c)))
LINEAR_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard tests/linear/*.c)))
UNIT_TESTS   := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
TEST_TOOLS   := $(BUILD)/imds-sim $(BUILD)/notify-log $(BUILD)/pam-getenv $(BUILD)/aws-service-names $(BUILD)/doc-tables $(BUILD)/aws-call \
                $(BUILD)/linear $(if $(filter x86_64,$(shell uname -m)),$(BUILD)/faults-preload.so)
BATS_TESTS   := $(sort $(wildcard $(addprefix tests/,aws/*.bats command/*.bats docs/*.bats outputs/*.bats real/*.bats scenarios/*.bats)))

.PHONY: all
all: $(BUILD)/ec2-bootstrap ## build the agent

$(BUILD)/ec2-bootstrap: $(AGENT_OBJECTS) $(CJSON_OBJECT)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(AGENT_LIBRARY): $(filter-out $(BUILD)/agent/main.o,$(AGENT_OBJECTS)) $(CJSON_OBJECT)
	$(call say,AR,$@)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/imds-sim: $(SIM_OBJECTS) $(CJSON_OBJECT)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(CJSON_LIBS)

$(BUILD)/notify-log: $(BUILD)/tests/notify-log/notify-log.o
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^

$(BUILD)/pam-getenv: $(BUILD)/tests/real/pam-getenv.o
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lpam

$(BUILD)/aws-service-names: $(BUILD)/tests/aws-services/names.o $(AGENT_LIBRARY)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/doc-tables: $(BUILD)/tests/docs/tables.o $(AGENT_LIBRARY)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/aws-call: $(BUILD)/tests/aws/call.o $(AGENT_LIBRARY)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(BUILD)/linear: $(LINEAR_OBJECTS) $(AGENT_LIBRARY)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

FAULTS_SOURCES = $(wildcard tests/faults/*.c)
$(BUILD)/faults-preload.so: $(FAULTS_SOURCES) tests/faults/preload.h $(BUILD)/flags
	$(call say,LINK,$@)$(CC) -std=c17 -O2 -g -D_GNU_SOURCE $(WARNINGS) -fPIC -shared -o $@ $(FAULTS_SOURCES)

# As small as a program can be.
BENCH_TOOLS := $(BUILD)/bench/floor $(BUILD)/bench/start
$(BENCH_TOOLS): $(BUILD)/bench/%: $(BUILD)/tests/bench/%.o
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CFLAGS) -static -o $@ $^

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(AGENT_LIBRARY)
	$(call say,LINK,$@)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

# The client's test puts a clock and a server of its own in place of the real ones.
$(BUILD)/tests/unit/test_client: override LDFLAGS += \
    -Wl,--wrap=clock_now_ms,--wrap=clock_sleep_ms,--wrap=http_perform

# So do those of calls to AWS.
$(BUILD)/tests/unit/test_call $(BUILD)/tests/unit/test_way: override LDFLAGS += \
    -Wl,--wrap=clock_now_ms,--wrap=clock_sleep_ms,--wrap=resolve_name,--wrap=https_post

# The lock's lets another agent in between two system calls.
$(BUILD)/tests/unit/test_lock: override LDFLAGS += -Wl,--wrap=flock

# So do these, another program.
$(BUILD)/tests/unit/test_atomic_race $(BUILD)/tests/unit/test_atomic_kill: override LDFLAGS += \
    -Wl,--wrap=syscall,--wrap=renameat,--wrap=temporary_mark

# Here a file system is served by a user.
$(BUILD)/tests/unit/test_served: override LDFLAGS += -Wl,--wrap=served_by_user

# The log's a journal.
$(BUILD)/tests/unit/test_log: override LDFLAGS += -Wl,--wrap=sd_journal_sendv,--wrap=access

# This one a service manager.
$(BUILD)/tests/unit/test_units: override LDFLAGS += -Wl,--wrap=bus_open,--wrap=bus_close \
    -Wl,--wrap=bus_reload,--wrap=bus_restart
$(BUILD)/tests/unit/test_manager_environment: override LDFLAGS += -Wl,--wrap=bus_open,--wrap=bus_close \
    -Wl,--wrap=bus_set_environment

# And this one memory that ends.
$(BUILD)/tests/unit/test_no_memory: override LDFLAGS += -Wl,--wrap=malloc

# Objects depend on the flags they were built with, so that a changed flag rebuilds them.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(CC) $(CFLAGS) $(CPPFLAGS) $(TEST_CFLAGS))' | cmp -s - $@ || \
	    printf '%s\n' '$(subst ','\'',$(CC) $(CFLAGS) $(CPPFLAGS) $(TEST_CFLAGS))' > $@
.PHONY: FORCE

ifneq ($(CJSON_SOURCE),)
$(CJSON_HEADER): $(CJSON_SOURCE)/cJSON.h
	@mkdir -p $(@D)
	@cp $< $@

# Its warnings are its own.
$(CJSON_OBJECT): $(CJSON_SOURCE)/cJSON.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(filter-out $(WARNINGS) -Werror,$(CFLAGS)) -w -c -o $@ $<
endif

$(BUILD)/%.o: %.c $(BUILD)/flags | $(CJSON_HEADER)
	@mkdir -p $(@D)
	$(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(AGENT_OBJECTS:.o=.d) $(SIM_OBJECTS:.o=.d) $(LINEAR_OBJECTS:.o=.d) $(UNIT_TESTS:%=%.d) \
         $(BUILD)/tests/notify-log/notify-log.d $(BUILD)/tests/real/pam-getenv.d \
         $(BUILD)/tests/aws-services/names.d $(BUILD)/tests/docs/tables.d $(BUILD)/tests/aws/call.d $(BENCH_TOOLS:$(BUILD)/%=$(BUILD)/tests/%.d)
.SECONDARY:

# A test is compiled more often than it runs. It runs the agent as it is shipped.
TEST_CFLAGS ?= -O0 -U_FORTIFY_SOURCE
$(BUILD)/tests/unit/%.o: private override CFLAGS += $(TEST_CFLAGS)

# A build uses all processors, unless `make -jN` says how many.
PARALLEL_MAKE = $(MAKE) --silent --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

.PHONY: tools
tools: $(TEST_TOOLS) ## build what the tests and the demo use beside the agent

.PHONY: unit-tests
unit-tests: $(UNIT_TESTS) ## build the unit tests

# What answers in half a minute: as any user, without a network, and without installing anything.
QUICK_TESTS := $(addprefix tests/command/,cli.bats explain.bats remove.bats) $(UNIT_TESTS)
# T=block: the tests of any kind that have this in their name.
CHECK_TESTS  = $(if $(T),$(foreach test,$(UNIT_TESTS) $(BATS_TESTS),$(if $(findstring $(T),$(notdir $(test))),$(test))),$(QUICK_TESTS))

.PHONY: check
check: ## the quick tests, or with T=NAME those of that name
	$(if $(strip $(CHECK_TESTS)),,$(error no test has "$(T)" in its name))
	@$(PARALLEL_MAKE) all tools $(filter $(BUILD)/%,$(CHECK_TESTS)) \
	    $(if $(filter tests/fuzz/%,$(CHECK_TESTS)),fuzz-replays)
	BUILD=$(abspath $(BUILD)) tests/netns prove --failures --comments --exec tests/tap --jobs 2 $(CHECK_TESTS)

# What is installed is chosen before anything is built: its compiler may be missing too.
.PHONY: test
test: ## install what the tests need, build, run all tests
	@tests/requirements test
	@BUILD=$(abspath $(BUILD)) tests/clients/prepare --if-possible small slow
	@$(PARALLEL_MAKE) all tools unit-tests fuzz-replays
	@$(if $(EC2_BOOTSTRAP),tests/tested '$(EC2_BOOTSTRAP)' '$(abspath $(BUILD))' >&2)
	BUILD=$(abspath $(BUILD))$(if $(EC2_BOOTSTRAP),/tested) prove --timer --failures --comments $(PROVE_FLAGS) \
	    --exec 'tests/netns tests/tap' --jobs $(TEST_JOBS) $(TESTS)
# Each file has a namespace of its own, and none asks how fast the machine is; most of their time they
# wait. The live clients take longest, so they begin.
TEST_JOBS  ?= 3
LIVE_TESTS := tests/clients/live.sh
LINEAR_TEST ?= tests/linear/run.py
DOCS_TEST ?= tests/docs/run.py
# EC2_BOOTSTRAP=FILE: of another build, such as build/portable/ec2-bootstrap. Unit tests have the agent in themselves.
TESTS ?= $(LIVE_TESTS) $(if $(EC2_BOOTSTRAP),,$(UNIT_TESTS)) $(BATS_TESTS) tests/doctor/run.py tests/scenarios/run.py tests/seal/run.py $(LINEAR_TEST) $(DOCS_TEST)

# All lists that were ever tried, in about an hour: AWKWARD=tests/clients/lists.txt
AWKWARD ?= tests/clients/lists-few.txt tests/clients/lists-more.txt
CLIENTS ?= all

.PHONY: test-clients
test-clients: ## the real HTTP clients, live, against the model (large downloads; as root)
	@tests/requirements test
	@$(PARALLEL_MAKE) all tools
	BUILD=$(abspath $(BUILD)) tests/clients/prepare $(CLIENTS)
	BUILD=$(abspath $(BUILD)) STRICT=yes AWKWARD='$(AWKWARD)' CLIENTS='$(CLIENTS)' \
	    tests/netns tests/clients/live.sh

# FAULTS=sample: some of each kind. Words choose commands and kinds: FAULTS='remove disk'
FAULTS ?= all

.PHONY: test-faults
test-faults: ## each allocation, system call and byte of the disk fails once (FAULTS=sample: some)
	@tests/requirements test
	@$(PARALLEL_MAKE) all tools
	BUILD=$(abspath $(BUILD)) tests/netns tests/faults/faults $(FAULTS)

# RUNS: how many in a row, and AT_ONCE how many together, on one root.
RUNS    ?= 10000
AT_ONCE ?= 100
# 0: without the part with a thousand agents.
AGENTS  ?= 1000

.PHONY: test-load
test-load: ## many runs on one root; 1,000 agents against one failing metadata service
	@tests/requirements test
	@$(PARALLEL_MAKE) all tools
	BUILD=$(abspath $(BUILD)) tests/netns tests/faults/load $(RUNS) $(AT_ONCE)
	$(if $(filter-out 0,$(AGENTS)),BUILD=$(abspath $(BUILD)) tests/netns tests/scenarios/load)

# How often each program is started for each latency.
ROUNDS ?= 21
BENCH  := BUILD=$(abspath $(BUILD)) tests/netns tests/bench/bench

.PHONY: bench-tools
bench-tools: $(BENCH_TOOLS) $(BUILD)/imds-sim

.PHONY: bench
bench: ## how long a run takes beside other ways, for docs/performance.md (ROUNDS=21: ten minutes)
	@tests/requirements test
	@tests/requirements bench
	@$(PARALLEL_MAKE) all bench-tools
	$(BENCH) measure $(ROUNDS) $(abspath $(BUILD))/bench.json
	tests/bench/bench document $(BUILD)/bench.json docs/performance.md

.PHONY: bench-check bench-record
bench-check: BENCH_WORK = check
bench-check: ## instructions, libraries, system calls, requests of a run: none may grow
bench-record: BENCH_WORK = record
bench-record: ## record these of this machine's distribution, for bench-check
bench-check bench-record:
	@tests/requirements test
	@tests/requirements bench
	@$(PARALLEL_MAKE) all bench-tools
	$(BENCH) $(BENCH_WORK) tests/bench/recorded.tsv

# Which generations of Debian, and which parts of their tests: GENERATIONS='bookworm sid:life'
GENERATIONS ?= bullseye bookworm trixie sid

.PHONY: test-linear
test-linear: ## ten times the text, fifteen times the instructions: all shapes for all parsers
	@tests/requirements test
	@$(PARALLEL_MAKE) $(BUILD)/linear
	BUILD=$(abspath $(BUILD)) tests/netns tests/linear/run.py --all

.PHONY: test-boot
test-boot: ## boot real Debian systems with the agent in them (large downloads; as root)
	@tests/requirements boot
	@$(PARALLEL_MAKE) $(BUILD)/imds-sim
	BUILD=$(abspath $(BUILD)) prove --timer --failures --comments --exec '' \
	    tests/boot/run :: $(GENERATIONS)

# The source that a package is built from has no tests.
-include tests/fuzz/rules.mk

.PHONY: asan
# Without what counts instructions, as callgrind cannot run what a sanitizer was built into; and without the
# documentation's commands, which build.
asan: ## run all tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@tests/sanitized $(abspath $(BUILD))/asan $(MAKE) --silent --no-print-directory \
	    BUILD=$(BUILD)/asan SANITIZE=address,undefined PROVE_FLAGS=--directives LINEAR_TEST= DOCS_TEST= test

# valgrind gives a process that is started by posix_spawn() no way to say that it cannot.
VALGRIND_TESTS = $(filter-out %/test_program,$(UNIT_TESTS)) tests/command/valgrind.bats

.PHONY: valgrind
valgrind: export MEMCHECK_LOG = $(abspath $(BUILD))/memcheck.log
valgrind: ## the unit tests and each command under valgrind: no error, no leak
	@tests/requirements test
	@$(PARALLEL_MAKE) all tools unit-tests
	@: >$(MEMCHECK_LOG)
	@BUILD=$(abspath $(BUILD)) UNDER=tests/valgrind/memcheck prove --timer --failures --comments \
	    --exec 'tests/netns tests/tap' --jobs $(TEST_JOBS) $(VALGRIND_TESTS); failed=$$?; \
	awk -v wanted=$(words $(filter-out %.bats,$(VALGRIND_TESTS))) ' \
	    $$1 == 99 { found++ } $$2 ~ "/tests/unit/" { programs++ } $$2 ~ "/ec2-bootstrap$$" { runs++ } \
	    END { printf "valgrind: %d of %d unit tests and %d runs of the agent, %d with an error or a leak\n", \
	              programs, wanted, runs, found; exit found || programs != wanted || !runs }' \
	    $(MEMCHECK_LOG) && exit $$failed

# Without what runs the agent hundreds of times under strace, or under valgrind: the counts would be the same.
COVERAGE_TESTS = tests/doctor/run.py tests/scenarios/run.py tests/seal/run.py $(filter-out tests/real/% %/faults.bats %/valgrind.bats %/corpus.bats,$(BATS_TESTS))

.PHONY: coverage
coverage: ## which lines and branches the tests run, against the goals
	@tests/requirements test
	@$(PARALLEL_MAKE) BUILD=$(BUILD)/coverage CC=gcc HARDENING=-fPIE \
	    CFLAGS='-O0 -g --coverage -fprofile-update=atomic -include tests/coverage/gcov.h' all tools unit-tests
	@find $(BUILD)/coverage -name '*.gcda' -delete
	BUILD=$(abspath $(BUILD))/coverage prove --timer --failures --comments --exec 'tests/netns tests/tap' \
	    --jobs $(TEST_JOBS) $(UNIT_TESTS:$(BUILD)/%=$(BUILD)/coverage/%) $(COVERAGE_TESTS)
	tests/coverage/report $(BUILD)/coverage

.PHONY: demo
demo: ## install what the build needs, build, show the main job on the simulator
	@tests/requirements demo
	@$(PARALLEL_MAKE) all $(BUILD)/imds-sim $(BUILD)/notify-log
	@BUILD=$(abspath $(BUILD)) tests/demo

C_FILES   := $(AGENT_SOURCES) $(FOUND_SOURCES) $(sort $(wildcard agent/*/*.h tests/*/*.c tests/*/*.h))
PAGES      := $(sort $(wildcard docs/man/*.[578]))
COMPLETION := $(addprefix packaging/completion/,ec2-bootstrap.bash _ec2-bootstrap ec2-bootstrap.fish)
SCRIPTS   := tests/requirements tests/debian-tree tests/tested tests/portable/prepare tests/netns tests/tap tests/valgrind/memcheck tests/sanitized tests/demo .ci/run \
             $(addprefix tests/lint/,sizes banned rooms analyzer) tests/packaging/prepare tests/packaging/minimal tests/bench/with-curl \
             $(addprefix tests/clients/,prepare written-lists live.sh) \
             $(addprefix tests/ca-clients/,prepare compile drivers/composer.sh drivers/daemon.sh drivers/update-ca-trust) \
             $(addprefix packaging/,debian/build debian/postinst debian/prerm debian/postrm rpm/build rpm/cjson portable/build portable/sources source dist release) \
             $(addprefix images/,launch-template mmdebstrap-hook seal-builder) \
             $(addprefix tests/boot/,run prepare start) $(addprefix tests/fuzz/,run minimise) \
             cloud-init/install units/after-run \
             $(addprefix tests/docs/,lint machine run-examples) packaging/completion/ec2-bootstrap.bash
PYTHON     = $(sort $(wildcard cloud-init/*.py) $(wildcard tests/*/*.py tests/*/*/*.py) \
                $(shell grep -lsE '^.!/.*python3' tests/* tests/*/* tests/outputs/*/*))
# Where words that were retired must not come back.
WORDS_FILES = $(shell git ls-files agent docs units cloud-init packaging images README.md SECURITY.md CONTRIBUTING.md tests/README.md)
# Each is clean, or a false alarm is named in place with its reason; .clang-tidy runs clang's analyzer, too.
TIDY      = printf '%s\n' $(filter %.c,$(C_FILES)) | xargs -n 1 -P "$$(nproc)" sh -c \
    'clang-tidy --quiet "$$@" -- -std=c17 $(subst ','\'',$(CPPFLAGS)) 2>/dev/null' -
CPPCHECK  = cppcheck --quiet -D__cppcheck__=1 --std=c11 --error-exitcode=1 --inline-suppr \
    -j "$$(nproc)" -Iagent --enable=warning,performance,portability $(filter %.c,$(C_FILES))
LINT_MAKE = $(PARALLEL_MAKE) CFLAGS='-O2 -g -Werror' TEST_CFLAGS= all tools bench-tools unit-tests fuzz-replays

.PHONY: lint
lint: ## compile with gcc and clang, every warning an error; check the style and the layers
	@tests/requirements lint
	@echo '  gcc';     $(LINT_MAKE) CC=gcc BUILD=$(BUILD)/gcc
	@echo '  clang';   $(LINT_MAKE) CC=clang BUILD=$(BUILD)/clang
	@echo '  format';  clang-format --dry-run --Werror $(C_FILES)
	@echo '  tidy';    $(TIDY)
	@echo '  cppcheck'; $(CPPCHECK)
	@echo '  shell';   shellcheck -x $(SCRIPTS) $(BATS_TESTS) $(PACKAGE_TESTS) tests/moto/moto.bats tests/portable/portable.bats tests/aws/time $(wildcard tests/*.bash tests/*/*.bash)
	@echo '  python';  /usr/bin/python3 -B -m pyflakes $(PYTHON)
	@echo '  layers';  tests/lint/layers $(BUILD)/gcc
	@echo '  names';   tests/lint/names $(AGENT_SOURCES)
	@echo '  words';   tests/lint/words $(WORDS_FILES)
	@echo '  sizes';   tests/lint/sizes $(C_FILES)
	@echo '  banned';  tests/lint/banned $(C_FILES)
	@echo '  rooms';   tests/lint/rooms
	@echo '  minima';  tests/lint/minima $(BUILD)/gcc gcc $(CPPFLAGS) -- $(MINIMA) -- \
	    README.md docs/install.md docs/support.md packaging/debian/control packaging/rpm/ec2-bootstrap.spec
	@echo '  docs';    tests/lint/docs
	@echo '  spdx';    tests/lint/spdx
	@$(MAKE) --silent --no-print-directory generated

# What the agent's tables are printed into.
.PHONY: generated
generated: ## check that what is printed from the tables of the code is current
	@echo '  clients'; $(PARALLEL_MAKE) all && \
	    BUILD=$(BUILD) tests/netns tests/clients/doc-table --check docs/no-proxy.md
	@echo '  pictures'; $(PARALLEL_MAKE) $(BUILD)/imds-sim && BUILD=$(BUILD) tests/netns tests/docs/pictures --check docs
	@echo '  services'; $(PARALLEL_MAKE) $(BUILD)/aws-service-names && \
	    BUILD=$(BUILD) tests/aws-services/doc-table --check docs/aws-services.md
	@echo '  CAs';     BUILD=$(BUILD) tests/netns tests/trust/doc-table --check docs/ca-clients.md
	@echo '  pages';   $(PARALLEL_MAKE) $(BUILD)/doc-tables && \
	    BUILD=$(BUILD) tests/netns tests/docs/pages --check $(PAGES) $(COMPLETION)
	@echo '  mandoc';  tests/docs/lint $(PAGES)
	@echo '  doctor';  BUILD=$(BUILD) tests/doctor/doc-table --check docs/doctor.md
	@echo '  fleet';   tests/aws/fleet --check docs/aws-settings.md

.PHONY: analyze
analyze: ## what gcc's analyzer, clang's, clang-tidy and cppcheck find
	@tests/requirements lint
	@echo '  gcc';      tests/lint/analyzer $(CPPFLAGS) -std=c17 -- $(AGENT_SOURCES)
	@echo '  clang';    $(TIDY)
	@echo '  cppcheck'; $(CPPCHECK)
	@echo 'analyze: gcc -fanalyzer: $(words $(AGENT_SOURCES)) files of the agent; clang'\''s analyzer, clang-tidy,' \
	    'cppcheck: these and $(words $(filter tests/%.c,$(C_FILES))) of the tests; 0 findings'

.PHONY: docs
docs: ## write the tables of the documentation, the manual pages and the completions from the agent's
	@$(PARALLEL_MAKE) all $(BUILD)/aws-service-names $(BUILD)/doc-tables $(BUILD)/imds-sim
	BUILD=$(BUILD) tests/netns tests/clients/doc-table docs/no-proxy.md
	BUILD=$(BUILD) tests/aws-services/doc-table docs/aws-services.md
	BUILD=$(BUILD) tests/netns tests/trust/doc-table docs/ca-clients.md
	BUILD=$(BUILD) tests/doctor/doc-table docs/doctor.md
	tests/aws/fleet docs/aws-settings.md
	BUILD=$(BUILD) tests/netns tests/docs/pictures docs
	BUILD=$(BUILD) tests/netns tests/docs/pages $(PAGES) $(COMPLETION)

# What version 0.1 installed: a drop-in that overrides what units set themselves.
BEFORE_0_2 = $(addprefix $(DESTDIR)$(UNITDIR)/,service.d/50-ec2-bootstrap.conf \
    ec2-bootstrap.service.d/50-ec2-bootstrap.conf)

.PHONY: install
install: $(BUILD)/ec2-bootstrap ## install below DESTDIR
	$(INSTALL) -D -m 0755 $(BUILD)/ec2-bootstrap $(DESTDIR)$(BINDIR)/ec2-bootstrap
	$(INSTALL) -d -m 0755 $(DESTDIR)$(UNITDIR)
	sed -e 's|/usr/bin/ec2-bootstrap|$(BINDIR)/ec2-bootstrap|' -e 's|/usr/libexec/|$(LIBEXECDIR)/|' \
	    units/ec2-bootstrap.service > $(DESTDIR)$(UNITDIR)/ec2-bootstrap.service
	{ sed '/^\[Install\]/,$$d' units/early.unit; \
	    sed '/^\[Service\]/,/^\[Install\]/!d;/^\[Install\]/d' $(DESTDIR)$(UNITDIR)/ec2-bootstrap.service; \
	    sed '/^\[Install\]/,$$!d' units/early.unit; } > $(DESTDIR)$(UNITDIR)/ec2-bootstrap-early.service
	for unit in trust fetch; do sed -e 's|/usr/bin/ec2-bootstrap|$(BINDIR)/ec2-bootstrap|' \
	    units/ec2-bootstrap-$$unit.service > $(DESTDIR)$(UNITDIR)/ec2-bootstrap-$$unit.service || exit 1; done
	chmod 0644 $(DESTDIR)$(UNITDIR)/ec2-bootstrap.service $(DESTDIR)$(UNITDIR)/ec2-bootstrap-early.service \
	    $(DESTDIR)$(UNITDIR)/ec2-bootstrap-trust.service $(DESTDIR)$(UNITDIR)/ec2-bootstrap-fetch.service
	$(INSTALL) -m 0644 units/ec2bootstrap.slice $(DESTDIR)$(UNITDIR)/ec2bootstrap.slice
	$(INSTALL) -D -m 0644 units/50-ec2-bootstrap-login.conf \
	    $(DESTDIR)$(UNITDIR)/service.d/50-ec2-bootstrap-login.conf
	for unit in ec2-bootstrap ec2-bootstrap-early; do $(INSTALL) -D -m 0644 units/own-environment.conf \
	    $(DESTDIR)$(UNITDIR)/$$unit.service.d/50-ec2-bootstrap-login.conf || exit 1; done
	rm -f $(BEFORE_0_2)
	$(INSTALL) -D -m 0755 units/after-run $(DESTDIR)$(LIBEXECDIR)/ec2-bootstrap/after-run
	$(INSTALL) -D -m 0644 units/80-ec2-bootstrap.preset \
	    $(DESTDIR)$(PRESETDIR)/80-ec2-bootstrap.preset
	for page in $(notdir $(PAGES)); do $(INSTALL) -D -m 0644 docs/man/$$page \
	    $(DESTDIR)$(MANDIR)/man$${page##*.}/$$page || exit 1; done
	$(INSTALL) -D -m 0644 packaging/completion/ec2-bootstrap.bash $(DESTDIR)$(BASHDIR)/ec2-bootstrap
	$(INSTALL) -D -m 0644 packaging/completion/_ec2-bootstrap $(DESTDIR)$(ZSHDIR)/_ec2-bootstrap
	$(INSTALL) -D -m 0644 packaging/completion/ec2-bootstrap.fish $(DESTDIR)$(FISHDIR)/ec2-bootstrap.fish
	cloud-init/install install '$(DESTDIR)' $(BINDIR)/ec2-bootstrap

# Which the unit has made.
DROPIN_DIRS := $(patsubst %,/etc/systemd/system/%.service.d,docker containerd ecs amazon-ssm-agent \
    snap.amazon-ssm-agent.amazon-ssm-agent)

.PHONY: uninstall
uninstall: ## remove what was installed; run `ec2-bootstrap remove` first
	rm -f $(DESTDIR)$(BINDIR)/ec2-bootstrap \
	    $(DESTDIR)$(UNITDIR)/ec2-bootstrap.service $(DESTDIR)$(UNITDIR)/ec2bootstrap.slice \
	    $(DESTDIR)$(UNITDIR)/ec2-bootstrap-early.service $(DESTDIR)$(UNITDIR)/ec2-bootstrap-trust.service \
	    $(DESTDIR)$(UNITDIR)/ec2-bootstrap-fetch.service \
	    $(DESTDIR)$(UNITDIR)/ec2-bootstrap-early.service.d/50-ec2-bootstrap-login.conf \
	    $(DESTDIR)$(UNITDIR)/service.d/50-ec2-bootstrap-login.conf \
	    $(DESTDIR)$(UNITDIR)/ec2-bootstrap.service.d/50-ec2-bootstrap-login.conf \
	    $(DESTDIR)$(LIBEXECDIR)/ec2-bootstrap/after-run \
	    $(DESTDIR)$(PRESETDIR)/80-ec2-bootstrap.preset \
	    $(foreach page,$(notdir $(PAGES)),$(DESTDIR)$(MANDIR)/man$(subst .,,$(suffix $(page)))/$(page)) \
	    $(DESTDIR)$(BASHDIR)/ec2-bootstrap $(DESTDIR)$(ZSHDIR)/_ec2-bootstrap \
	    $(DESTDIR)$(FISHDIR)/ec2-bootstrap.fish \
	    $(DESTDIR)/etc/systemd/system/multi-user.target.wants/ec2-bootstrap.service \
	    $(DESTDIR)/etc/systemd/system/nodeadm-config.service.wants/ec2-bootstrap-early.service
	-for directory in $(UNITDIR)/service.d $(UNITDIR)/ec2-bootstrap.service.d \
	    $(UNITDIR)/ec2-bootstrap-early.service.d /etc/systemd/system/nodeadm-config.service.wants \
	    /etc/ec2-bootstrap \
	    $(LIBEXECDIR)/ec2-bootstrap \
	    $(DROPIN_DIRS); do \
	    [ ! -d "$(DESTDIR)$$directory" ] || rmdir --ignore-fail-on-non-empty "$(DESTDIR)$$directory"; done
	cloud-init/install uninstall '$(DESTDIR)' $(BINDIR)/ec2-bootstrap

.PHONY: dist
dist: ## the source of this commit as a tarball in BUILD/dist
	@packaging/dist '$(VERSION)' '$(abspath $(BUILD))/dist'

# A release is a tagged commit whose changelog has a day.
.PHONY: release
release: ## check version, changelog, tag, generated files and tree; then make dist
	@packaging/release '$(VERSION)' '$(abspath $(BUILD))/dist' $(MAKE) --silent --no-print-directory generated

.PHONY: deb
deb: ## build a package for Debian and its kin in BUILD/deb
	@tests/requirements deb
	@packaging/debian/build '$(VERSION)' '$(abspath $(BUILD))/deb'

.PHONY: portable
portable: ## build one program for images, and machines without our packages, in BUILD/portable
	@tests/requirements port
	@packaging/portable/build '$(abspath $(BUILD))/portable'

.PHONY: rpm
rpm: ## build a package for Fedora, Amazon Linux and their kin in BUILD/rpm
	@tests/requirements rpm
	@packaging/rpm/build '$(VERSION)' '$(abspath $(BUILD))/rpm'

# What the RPM distributions of EC2 build from: see tests/packaging/minimal.
MINIMAL = $(abspath $(BUILD))/minimal

.PHONY: test-minimal
test-minimal: ## all tests with a libcurl of few features, and cJSON compiled in (a download)
	@tests/requirements mini
	@tests/packaging/minimal $(MINIMAL)
	@PKG_CONFIG_PATH=$(MINIMAL)/curl/lib/pkgconfig $(PARALLEL_MAKE) BUILD=$(MINIMAL)/build \
	    CJSON_SOURCE=$(MINIMAL)/cJSON LDFLAGS=-Wl,-rpath,$(MINIMAL)/curl/lib DOCS_TEST= test
	@libraries=$$(ldd $(MINIMAL)/build/ec2-bootstrap) && case $$libraries in \
	*libcjson*) echo 'test-minimal: libcjson is linked' >&2; exit 1 ;; \
	*$(MINIMAL)/curl/lib/libcurl.so*) ;; \
	*) echo 'test-minimal: another libcurl is linked' >&2; exit 1 ;; esac

# The same program in each of GENERATIONS; all other tests run it with EC2_BOOTSTRAP.
.PHONY: test-portable
test-portable: portable ## run the portable program in four generations of Debian (downloads; as root)
	@tests/requirements test
	@tests/requirements moto
	@$(PARALLEL_MAKE) all tools
	@BUILD=$(abspath $(BUILD)) tests/portable/prepare $(GENERATIONS)
	BUILD=$(abspath $(BUILD)) GENERATIONS='$(GENERATIONS)' prove --timer --failures --comments \
	    --exec 'tests/netns tests/tap' tests/portable/portable.bats

# What cannot be had here is skipped, and named.
.PHONY: test-packages
test-packages: ## install, upgrade and remove the packages, try the recipes (downloads; as root)
	@tests/requirements test
	@for purpose in pack rpms hcl; do tests/requirements $$purpose || true; done
	@$(PARALLEL_MAKE) all
	@BUILD=$(abspath $(BUILD)) tests/packaging/prepare '$(VERSION)'
	BUILD=$(abspath $(BUILD)) tests/netns prove --timer --failures --comments --exec tests/tap \
	    $(PACKAGE_TESTS)
	@$(MAKE) --silent --no-print-directory test-package-boot
PACKAGE_TESTS := $(sort $(wildcard tests/packaging/*.bats))

# The package is for the Debian that it was built on.
.PHONY: test-package-boot
test-package-boot:
	@tests/requirements boot
	@$(PARALLEL_MAKE) $(BUILD)/imds-sim
	@suite=$$(. /etc/os-release && echo "$$VERSION_CODENAME"); case $$suite in bookworm | trixie) ;; \
	*) echo "test-package-boot: skipped: no tree of $$suite to boot it in" >&2; exit 0 ;; esac; \
	BUILD=$(abspath $(BUILD)) PACKAGE=$$(echo $(abspath $(BUILD))/packaging/deb/*.deb) \
	    prove --timer --failures --comments --exec '' tests/boot/run :: "$$suite:package,image"

.PHONY: test-readme
test-readme: ## an empty Debian, and nothing but the README: each step as written (downloads; as root)
	@tests/requirements boot
	@$(PARALLEL_MAKE) $(BUILD)/imds-sim
	BUILD=$(abspath $(BUILD)) prove --timer --failures --comments --verbose --exec '' tests/docs/new-user :: $(abspath $(BUILD))/new-user

# STORES='links bundle'; CLIENTS='curl git'
.PHONY: test-ca-clients
test-ca-clients: GENERATIONS = bookworm trixie
test-ca-clients: ## real clients behind proxies that inspect TLS (large downloads; as root)
	@tests/requirements npms
	@BUILD=$(abspath $(BUILD)) tests/ca-clients/prepare $(GENERATIONS)
	BUILD=$(abspath $(BUILD)) prove --timer --failures --comments \
	    --exec 'tests/netns unshare --pid --fork --kill-child --mount-proc' tests/ca-clients/run :: $(GENERATIONS)

.PHONY: test-moto
test-moto: ## settings from moto_server, which verifies signatures and policies (large downloads; as root)
	@tests/requirements test
	@tests/requirements moto
	@$(PARALLEL_MAKE) all tools
	@[ -d $(BUILD)/moto ] || tests/debian-tree trixie minbase python3-moto,python3-flask-cors $(abspath $(BUILD))/moto
	BUILD=$(abspath $(BUILD)) MOTO=$(abspath $(BUILD))/moto prove --timer --failures --comments \
	    --exec 'tests/netns tests/tap' tests/moto/moto.bats

.PHONY: clean
clean: ## remove what was built
	rm -rf $(BUILD)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
