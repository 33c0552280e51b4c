# A thin front to CMake and ctest. `make help` lists what there is.

BUILD      ?= build
JOBS       ?= $(shell nproc)
# Some tests wait for most of their time.
TEST_JOBS  ?= $(shell expr $(JOBS) + 2)
CMAKE_ARGS ?=
LABEL      ?=
EXCLUDE    ?=
FUZZ       ?=
FUZZ_SECONDS ?= 5
PREFIX     ?= /usr/local

# Open MPI refuses to run as root unless told twice; in a container root is all there is.
ifeq ($(shell id -u),0)
export OMPI_ALLOW_RUN_AS_ROOT = 1
export OMPI_ALLOW_RUN_AS_ROOT_CONFIRM = 1
endif

# tests.log is what ctest printed: LastTest.log calls a skipped test passed, and `ctest -N` empties it.
CTEST = ctest --no-tests=error --output-on-failure -O tests.log -j$(TEST_JOBS) $(if $(LABEL),-L '^($(LABEL))$$') $(if $(EXCLUDE),-E '$(EXCLUDE)')

.PHONY: all build bench demo test test-long install-deps deps format format-check lint sanitize valgrind \
        clang fuzz fuzz-build fuzz-corpus install clean help

all: build

help:
	@echo 'make              build in $(BUILD)/ (BUILD=DIR for another folder, CMAKE_ARGS=... configures it anew)'
	@echo 'make demo         evaluate a classifier on 4 ranks and look at the version it leaves'
	@echo 'make test         build and run all tests (LABEL=mpi: those with one label)'
	@echo 'make test-long    harm in every way and at every point, and long fuzzing; takes hours'
	@echo 'make sanitize     all tests under the address and undefined behaviour sanitizers'
	@echo 'make valgrind     the unit tests under valgrind'
	@echo 'make fuzz         each parser under libFuzzer for FUZZ_SECONDS=$(FUZZ_SECONDS) (FUZZ=entry: it alone)'
	@echo 'make fuzz-corpus  take what make fuzz has found new into tests/fuzz/corpus'
	@echo 'make bench        measure quire beside other tools, into docs/benchmarks.md (bench/README.md);'
	@echo '                  CASE=small: one case; BENCH_SCALE=0.01: everything smaller; cmake/deps.sh bench'
	@echo 'make clang        build with clang, warnings as errors'
	@echo 'make lint         clang-tidy, cppcheck, shellcheck and the rules of CONTRIBUTING.md'
	@echo 'make format       clang-format all sources (format-check: only look)'
	@echo 'make install      install below PREFIX=$(PREFIX)'
	@echo 'make install-deps install what is needed to build and test (Debian)'
	@echo 'make clean        delete $(BUILD)/ and the other build folders'

deps:
	@cmake/deps.sh

install-deps:
	@cmake/deps.sh test

# What a folder was configured with. Given other arguments it is configured anew, from nothing, so that it is
# what they say; given none, it stays as it is.
ARGUMENTS = '$(subst ','\'',$(strip $(CMAKE_ARGS)))'
ifneq ($(strip $(CMAKE_ARGS)),)
ifneq ($(shell [ "$$(cat $(BUILD)/arguments 2>/dev/null)" = $(ARGUMENTS) ] && echo same),same)
.PHONY: $(BUILD)/CMakeCache.txt
endif
endif

$(BUILD)/CMakeCache.txt: | deps
	@rm -rf $(BUILD)/CMakeCache.txt $(BUILD)/CMakeFiles
	@cmake -S . -B $(BUILD) $(CMAKE_ARGS) >$(BUILD).log 2>&1 || \
	    { cat $(BUILD).log; rm -f $(BUILD)/CMakeCache.txt; exit 1; }
	@mv $(BUILD).log $(BUILD)/configure.log
	@printf '%s\n' $(ARGUMENTS) >$(BUILD)/arguments

build: $(BUILD)/CMakeCache.txt
	@cmake --build $(BUILD) -j $(JOBS) -- --no-print-directory -s

# Builds only what it runs, and in silence: the story is what is to be read.
demo: $(BUILD)/CMakeCache.txt
	@echo 'building in $(BUILD)/'
	@cmake --build $(BUILD) -j $(JOBS) --target quire_command quire_mpi_command evaluate \
	    >$(BUILD)/demo.log 2>&1 || { cat $(BUILD)/demo.log; exit 1; }
	@mpi_examples/demo.sh $(BUILD)

test: build
	@cmake/deps.sh test
	@(cd $(BUILD) && $(CTEST)); code=$$?; cmake/covered.sh $(BUILD) short; exit $$code

# Installs none of the tools that it measures beside quire: cmake/deps.sh bench does. make hands variables
# of its command line on to what it runs.
bench: deps
	@echo 'building in $(BUILD)/'
	@{ cmake -S . -B $(BUILD) -DQUIRE_BENCH=ON $(CMAKE_ARGS) && \
	    cmake --build $(BUILD) -j $(JOBS) --target bench_programs; } >$(BUILD)-bench.log 2>&1 || \
	    { cat $(BUILD)-bench.log; exit 1; }
	@mv $(BUILD)-bench.log $(BUILD)/bench.log
	@bench/run.sh $(BUILD)

# Everything that the tests of trust have in a bounded form, whole; then ten minutes of fuzzing a parser.
test-long: build
	@cmake/deps.sh test
	@cd $(BUILD) && ctest --no-tests=error --output-on-failure -O tests-long.log -j$(TEST_JOBS) -C long -L '^long$$'
	@cmake/covered.sh $(BUILD)
	@$(MAKE) --no-print-directory fuzz FUZZ_SECONDS=600

# Open MPI keeps no frame pointers: without full stacks its own leaks could not be told apart. And up to gcc
# 13 the search for leaks takes some thread-local storage for that of a glibc before 2.25, and crashes
# (google/sanitizers, issue 1322): it need not follow it.
sanitize: export ASAN_OPTIONS = fast_unwind_on_malloc=0:intercept_tls_get_addr=0
sanitize: export LSAN_OPTIONS = suppressions=$(CURDIR)/cmake/lsan.supp:print_suppressions=0
sanitize: export UBSAN_OPTIONS = print_stacktrace=1
sanitize: deps
	@$(MAKE) --no-print-directory test BUILD=build-sanitize \
	    CMAKE_ARGS='-DQUIRE_SANITIZE=address,undefined $(CMAKE_ARGS)' LABEL='$(LABEL)' EXCLUDE='$(EXCLUDE)'

valgrind: build
	@cmake/deps.sh lint
	@cmake/valgrind.sh $(BUILD)

# Not optimised: clang warns of the same, and nothing of it is run.
clang:
	@cmake/deps.sh lint
	@$(MAKE) --no-print-directory build BUILD=build-clang \
	    CMAKE_ARGS='-DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=None -DQUIRE_WERROR=ON $(CMAKE_ARGS)'

# All in a minute by default. FUZZ_SECONDS=600, ten minutes a parser, takes an hour and a quarter.
FUZZ_CMAKE = -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=None -DQUIRE_FUZZ=ON -DQUIRE_MPI=OFF \
             -DQUIRE_WERROR=ON $(CMAKE_ARGS)

fuzz-build:
	@cmake/deps.sh fuzz
	@cmake/fuzz.sh build-fuzz check $(FUZZ)
	@mkdir -p build-fuzz
	@echo 'building in build-fuzz/'
	@cmake -S . -B build-fuzz $(FUZZ_CMAKE) >build-fuzz/configure.log 2>&1 || \
	    { cat build-fuzz/configure.log; exit 1; }
	@cmake --build build-fuzz -j $(JOBS) --target $(if $(FUZZ),$(addprefix fuzz_,$(FUZZ)),fuzzers) -- --no-print-directory -s \
	    >build-fuzz/build.log 2>&1 || { cat build-fuzz/build.log; exit 1; }

fuzz: fuzz-build
	@cmake/fuzz.sh build-fuzz run $(FUZZ_SECONDS) $(FUZZ)

fuzz-corpus: fuzz-build
	@cmake/fuzz.sh build-fuzz merge $(FUZZ)

SOURCES = $(shell find include src tests bench mpi_examples -name '*.[ch]' 2>/dev/null)

format:
	@cmake/deps.sh lint
	@clang-format -i $(SOURCES)

format-check:
	@cmake/deps.sh lint
	@clang-format --dry-run -Werror $(SOURCES)

lint: build
	@cmake/deps.sh lint
	@cmake/lint.sh $(BUILD)

install: build
	@cmake --install $(BUILD) --prefix $(PREFIX)

clean:
	rm -rf $(BUILD) build-sanitize build-clang build-fuzz
