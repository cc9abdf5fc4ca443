# What a target needs is prepared inside the checkout, under .tools/; a second run finds it there.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

.PHONY: help setup model clean distclean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: ## Prepare the tools that the tests need under .tools/
	@scripts/setup test

model: ## Fetch the real model all-MiniLM-L6-v2 into .tools/models/
	@scripts/model

clean: ## Remove what was built; keeps .tools/
	@rm -rf .build .systole

distclean: clean ## Remove what was built and the tools
	@rm -rf .tools
