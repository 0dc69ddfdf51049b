# make check is what every change must pass; make help lists the rest.

GO ?= go
# a number of runs, not a time: at a deadline Go's fuzzer may report the deadline
# itself as a failure of the target
FUZZTIME ?= 3000x

.PHONY: help check fmt vet staticcheck tidy generated generate test fuzz bench demo

help:
	@echo "check      format, vet, staticcheck, tidy modules, generated files current"
	@echo "test       every test that needs nothing but Go and a C compiler"
	@echo "fuzz       a short round of every fuzz target (FUZZTIME=$(FUZZTIME) each)"
	@echo "bench      the speed and memory bars, against plain DuckDB in the same run"
	@echo "generate   write the generated pages in docs/ again"
	@echo "demo       the whole main job on synthetic data, into tre-demo/"

check: fmt vet staticcheck tidy generated

fmt:
	@test -z "$$(gofmt -l .)" || { echo "not formatted:"; gofmt -l .; exit 1; }

vet:
	$(GO) vet ./...

staticcheck:
	$(GO) tool staticcheck ./...

tidy:
	$(GO) mod tidy -diff

generate:
	$(GO) run ./cmd/tre-check rules page > docs/rules.md

generated:
	@$(GO) run ./cmd/tre-check rules page | diff -u docs/rules.md - || { echo "docs/rules.md is not current: make generate"; exit 1; }

test:
	$(GO) test ./...

fuzz:
	@for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
			echo "$$package $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$package || exit 1; \
		done; \
	done

bench:
	$(GO) run ./bench

demo:
	$(GO) run ./cmd/tre-extract demo
