# What a target needs is prepared inside the checkout, under .tools/; a second run finds it there.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

.PHONY: help setup model build test test-all demo generate check-generated lint references scores bench bench-peers docs
.PHONY: clean distclean swift fuzz bugs coverage clean-room prove errors

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## Prepare the tools that the tests need, under .tools/
	@scripts/setup test

model: ## Fetch the real models that the tests run, under .tools/models/
	@scripts/model all

swift:
	@scripts/check-swift

build: swift ## Build the libraries and the command line tool, optimised
	@swift build -c release

test: swift setup model ## Run the tests that every change needs
	@swift test

test-all: swift setup model ## Run all tests: every configuration in the oldest and the newest Verilator too
	@SYSTOLE_TESTS_ALL=1 swift test

demo: swift ## Run a layer of a real transformer on generated hardware
	@scripts/model minilm
	@scripts/setup demo
	@echo "Building Systole …"
	@swift build -c release --product systole 2>&1 | scripts/build-progress
	@.build/release/systole run matmul

generate: swift ## Regenerate Generated/ and Testbenches/ from the catalog
	@swift build --product systole 2>&1 | scripts/build-progress
	@rm -rf Generated
	@.build/debug/systole generate --all --output Generated
	@rm -rf Testbenches
	@.build/debug/systole testbench --all --output Testbenches

check-generated: swift ## Fail when Generated/ or Testbenches/ are not what the catalog gives
	@swift build --product systole 2>&1 | scripts/build-progress
	@rm -rf .build/generated
	@.build/debug/systole generate --all --output .build/generated > /dev/null
	@diff -r Generated .build/generated && echo "Generated/ is what the catalog gives"
	@rm -rf .build/testbenches
	@.build/debug/systole testbench --all --output .build/testbenches > /dev/null
	@diff -r -x build Testbenches .build/testbenches && echo "Testbenches/ is what the catalog gives"

lint: swift ## Check the format of the sources, and that no machine left traces in them
	@scripts/lint

references: model ## Recompute the vectors of the tests with independent Python code
	@scripts/setup references
	@swift build --product systole 2>&1 | scripts/build-progress
	@for script in Tests/Reference/*.py; do echo "$$script …"; .tools/references/bin/python "$$script" || exit 1; done

scores: swift setup ## Count the mistakes that the benches find in every block (some minutes); prints JSON
	@swift build -c release --product systole >&2
	@.build/release/systole scores

coverage: swift ## Run the benches of all blocks until their coverage goals are reached; writes Scores/coverage.json
	@swift build -c release --product systole >&2
	@.build/release/systole cover --all --record

prove: swift setup ## Prove what the blocks promise, and compare all operands of arithmetic units with the definition
	@echo "Building Systole …"
	@swift build -c release --product systole 2>&1 | scripts/build-progress
	@.build/release/systole prove --all --full

errors: swift ## Measure the errors of the function units over all operands; writes a page with plots
	@swift build -c release --product systole >&2
	@.build/release/systole errors --record

bench: swift ## Measure speed: elaboration, simulation, co-simulation, turnaround; prints JSON
	@scripts/setup test
	@swift build -c release --product systole-bench >&2
	@.build/release/systole-bench

bench-peers: swift ## Measure Amaranth, PyRTL and cocotb on the same designs; prints JSON
	@scripts/setup peers
	@swift build -c release --product systole-bench >&2
	@.build/release/systole-bench --describe .build/peers
	@.tools/peers/bin/python Benchmarks/peers/run.py .build/peers

fuzz: swift ## Compare N random circuits of SEED on every engine; writes Scores/fuzz.json
	@scripts/setup test
	@echo "Building Systole …"
	@swift build -c release --product systole 2>&1 | scripts/build-progress
	@.build/release/systole fuzz --count $(or $(N),1000) $(if $(SEED),--seed $(SEED)) --jobs $(or $(JOBS),1) \
	  --record Scores/fuzz.json

clean-room: ## Run make demo and make test in a bare root file system (before every release); needs root and Debian
	@scripts/clean-room

bugs: swift setup ## Write the page that shows how ten mistakes are found
	@SYSTOLE_UPDATE_PAGES=1 swift test --filter FindingBugsTests

docs: swift ## Write the documentation as a static site, under .build/docs
	@scripts/docs

clean: ## Remove what was built; keeps .tools/
	@rm -rf .build .systole

distclean: clean ## Remove what was built and the tools
	@rm -rf .tools
