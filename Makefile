.PHONY: check lint types imports docs-check test replays docs fmt demo bench

# What CI runs, to the letter; each step also runs alone.
check:
	@bash .ci/run

lint types imports docs-check replays:
	@bash .ci/run $@

test:
	@bash .ci/run tests

docs:
	uv run invordering docs

fmt:
	uv run ruff check --fix
	uv run ruff format

demo:
	uv run invordering demo

bench:
	@for name in core history replay engine ladder; do uv run invordering bench $$name || exit 1; done
