# The front door: `make` builds bin/calculon. The build itself is described in CMakeLists.txt.
#
# Variables: BUILD (folder, build), PREFIX (install place), WERROR=ON, SANITIZE=address,undefined,
# JOBS, CMAKE_ARGS (anything else for cmake). What is given once stays in the build folder's cache.
# DEPS=no installs nothing. MINUTES of torture.

BUILD ?= build
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
MINUTES ?= 60
DEPS ?= yes
CLANG_FORMAT ?= $(or $(shell command -v clang-format-14),clang-format)
CLANG_TIDY ?= $(or $(shell command -v clang-tidy-14),clang-tidy)

# Ninja if the machine has one that can be quiet. A build folder keeps the generator it has.
generator = $(if $(wildcard $(BUILD)/CMakeCache.txt),,$(shell \
  ninja --quiet --version >/dev/null 2>&1 && echo -G Ninja))
options = $(if $(PREFIX),-DCMAKE_INSTALL_PREFIX="$(abspath $(PREFIX))") \
  $(if $(WERROR),-DCALCULON_WERROR=$(WERROR)) \
  $(if $(SANITIZE),-DCALCULON_SANITIZE=$(SANITIZE)) $(CMAKE_ARGS)

# Errors and warnings are printed, the rest of the chatter is not: cmake and make send them to
# stderr, ninja mixes them into its output but has --quiet. On a terminal ninja tells how far it is,
# in one line.
configure = cmake -S . -B $(BUILD) $(generator) $(options) $(1) >/dev/null
compile = if [ -t 1 ]; then quiet=; else quiet=--quiet; fi; \
  if [ -e $(BUILD)/build.ninja ]; then cmake --build $(BUILD) -j $(JOBS) -- $$quiet; \
  else cmake --build $(BUILD) -j $(JOBS) -- -s >/dev/null; fi
first_time = $(if $(wildcard $(BUILD)/CMakeCache.txt),, (the first time takes some minutes))
build = @echo "building in $(BUILD)/$(first_time)"; $(call configure,$(1)) && { $(compile); }

sources = find src include tests -name '*.h' -print0 -o -name '*.cc' -print0

# The builds below choose their own -j; without this they would quarrel over ours.
unexport MAKEFLAGS MFLAGS
export DEPS
.PHONY: all demo test accuracy torture bench format format-check lint install clean deps help

all: ## build bin/calculon; what the machine lacks is told, then installed (the default)
	@./cmake/install-deps.sh build
	$(call build,-DBUILD_TESTING=OFF -DCALCULON_BENCH=OFF)

demo: all ## evaluate a model on a system, search for a better way to run it, see what would help
	./bin/calculon llm models/megatron-1T.json examples/3072_t4_p64_d12_mbs4_full.json systems/a100_80g.json -
	./bin/calculon llm-optimal-execution models/megatron-1T.json 3072 3072 float16 systems/a100_80g.json $(BUILD)/best.json --top-n 3
	./bin/calculon study run sensitivity-h100 --quick -o $(BUILD)/h100

test: ## build and run the tests, with a browser and Slurm where they can be installed
	@./cmake/install-deps.sh build test browser slurm
	$(call build,-DBUILD_TESTING=ON -DCALCULON_BENCH=OFF)
	@ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS)

accuracy: ## write docs/accuracy.md and the errors that tests hold the calibrated model to anew
	@./cmake/install-deps.sh build test
	$(call build,-DBUILD_TESTING=ON -DCALCULON_BENCH=OFF)
	@CALCULON_WRITE_ACCURACY=1 $(BUILD)/calculon_tests "[accuracy]"

torture: ## attack the program for MINUTES (60): bad inputs, damaged results, kills, signals
	@./cmake/install-deps.sh build test
	$(call build,-DBUILD_TESTING=ON -DCALCULON_BENCH=OFF)
	@$(BUILD)/calculon_torture --minutes $(MINUTES) --findings $(BUILD)/torture-findings

bench: ## build and run the benchmarks
	@./cmake/install-deps.sh build bench
	$(call build,-DBUILD_TESTING=OFF -DCALCULON_BENCH=ON)
	@$(BUILD)/calculon_bench

format: ## format src, include and tests in place
	@./cmake/install-deps.sh format
	@$(sources) | xargs -0 -r $(CLANG_FORMAT) -i

format-check: ## fail when a file is not formatted
	@./cmake/install-deps.sh format
	@$(sources) | xargs -0 -r $(CLANG_FORMAT) --dry-run --Werror

# Over the files of a folder together, as a build with CALCULON_UNITY compiles them: most of the time
# goes into the headers that they share.
lint: ## clang-tidy over src
	@./cmake/install-deps.sh build lint
	@cmake -S . -B build-lint -DBUILD_TESTING=OFF -DCALCULON_BENCH=OFF -DCALCULON_UNITY=ON \
	  -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >/dev/null
	@test -n "$$(find build-lint/CMakeFiles -name 'unity_src*.cxx' -print -quit)"
	@{ find build-lint/CMakeFiles -name 'unity_src*.cxx' -print0; printf 'src/cli/main.cc\0'; } | \
	  xargs -0 -n 1 -P $(JOBS) $(CLANG_TIDY) --quiet -p build-lint

install: all ## install below PREFIX (/usr/local)
	@cmake --install $(BUILD)

clean: ## remove all build folders and the program
	@rm -rf build/ build-*/ bin/calculon

deps: ## install what building and testing needs, and nothing else
	@./cmake/install-deps.sh build test browser slurm

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14
	@echo "Variables: DEPS=no installs no packages, PREFIX=FOLDER is where install puts the"
	@echo "program, JOBS=N compiles so many files at once."
