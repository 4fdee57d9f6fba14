# The commands of the project; each does what is missing first. `make` alone lists them.
# Compiled modules are kept: without them each program that is started takes half a second longer.
unexport PYTHONDONTWRITEBYTECODE
PY := .venv/bin/python
VENV := scripts/venv

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' $(MAKEFILE_LIST)

run: ## serve the portal on 127.0.0.1:8000 (PORT=8001 changes it); Ctrl-C stops it
	@$(VENV) requirements.lock && exec $(PY) -m governance.run

manage: ## run a command on the portal's database: make manage DO="changepassword anna"
	@$(VENV) requirements.lock && exec $(PY) -m governance.run $(PY) manage.py $(DO)

backup: ## write database, files and keys into one archive (TO=folder changes var/backups)
	@$(VENV) requirements.lock && mkdir -p "$(TO)" && exec $(PY) -m governance.run $(PY) manage.py backup "$(TO)"
TO = $(or $(PORTAL_VAR),var)/backups

restore: ## restore an archive into an empty portal: make restore FROM=var/backups/portal-….tar
	@$(VENV) requirements.lock && exec $(PY) -m governance.run $(PY) manage.py restore $(if $(FROM),"$(FROM)") $(ARGS)

test: ## run all tests, browser included (ARGS="tests/orgs -x" chooses)
	@$(VENV) requirements-dev.lock && { scripts/need browser || true; } && PORTAL_VAR="$(CURDIR)/var/test" exec $(PY) -m governance.embedded -- $(PY) -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

bench: ## measure the pages against a bare program (SIZE=small, DIVISIONS=folder of the national tables)
	@$(VENV) requirements-dev.lock && scripts/need bench && exec $(PY) -m governance.embedded --data var/bench-pg -- $(PY) -m benchmarks --size $(or $(SIZE),full) $(if $(DIVISIONS),--divisions "$(DIVISIONS)") $(ARGS)

bench-growth: ## measure in CPU what each page costs in the demo and inside a nation (SIZE=small)
	@$(VENV) requirements-dev.lock && exec $(PY) -m governance.embedded --data var/bench-pg -- $(PY) -m benchmarks.growth --size $(or $(SIZE),full) $(if $(DIVISIONS),--divisions "$(DIVISIONS)") $(ARGS)

bench-privacy: ## measure what the privacy guard finds in made-up notices
	@$(VENV) requirements-dev.lock && exec $(PY) -m benchmarks.privacy $(ARGS)

check: ## everything that can be wrong without running the tests
	@$(VENV) requirements-dev.lock && exec $(PY) -m governance.embedded -- $(PY) -m scripts.check

fix: ## mend what a program can mend: format, imports, templates, catalogues
	@$(VENV) requirements-dev.lock && SECRET_KEY=none exec $(PY) -m scripts.fix

messages: ## bring the catalogues up to the source
	@$(VENV) requirements-dev.lock && SECRET_KEY=none exec $(PY) -m scripts.translations --update

lock: ## lock the newest versions that pyproject.toml allows (needs uv)
	uv pip compile pyproject.toml $(LOCK) -o requirements.lock
	uv pip compile pyproject.toml $(LOCK) --group dev -o requirements-dev.lock
LOCK := --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

.PHONY: help run manage backup restore test bench bench-growth bench-privacy check fix messages lock
