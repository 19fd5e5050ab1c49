# The Python environment of this repository, for ./test, ./start and .ci/run to source.
#
#   prepare_environment          the package itself, editable, in .venv
#   prepare_environment dev      the same with a dependency group of pyproject.toml
#
# Afterwards $environment is the folder and "$environment/bin/python" its interpreter. Nothing is
# installed, and no network is used, while the stamp in the folder matches pyproject.toml.
#
#   OLDHAND_PYTHON   the interpreter to build with        (default: the first Python >= 3.11 found)
#   OLDHAND_VENV     the folder of the environment        (default: .venv in the repository)

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
environment=${OLDHAND_VENV:-$repository/.venv}
[[ $environment == /* ]] || environment=$repository/$environment

# Byte code is part of what is measured: without it every start compiles a few hundred files.
unset PYTHONDONTWRITEBYTECODE
# Nothing that is run here reports to anybody.
export ORT_DISABLE_TELEMETRY=1
# Anything of the caller's that would change which modules are found.
unset PYTHONPATH PYTHONHOME VIRTUAL_ENV

readonly OLDEST_PYTHON="3.11"

note() { printf '%s\n' "$*" >&2; }

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    local name
    if [[ -n ${OLDHAND_PYTHON:-} ]]; then
        is_new_enough "$OLDHAND_PYTHON" || {
            note "OLDHAND_PYTHON is '$OLDHAND_PYTHON', which is no Python $OLDEST_PYTHON or newer."
            return 1
        }
        printf '%s\n' "$OLDHAND_PYTHON"
        return
    fi
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if is_new_enough "$name"; then
            printf '%s\n' "$name"
            return
        fi
    done
    note "Oldhand needs Python $OLDEST_PYTHON or newer; found: $(python3 --version 2>&1 || true)."
    note "Install one, or name it: OLDHAND_PYTHON=/path/to/python3.12 $0"
    return 1
}

make_environment() {
    local python
    python=$(find_python) || return 1
    note "Making the environment in $environment with $("$python" --version 2>&1) ..."
    rm -rf "$environment"
    if ! "$python" -m venv "$environment" >&2; then
        rm -rf "$environment"
        note "'$python -m venv' failed. On Debian and Ubuntu: apt-get install python3-venv"
        return 1
    fi
}

# A digest of all that the environment is built from; a change of lint or test settings is no such change.
wanted_stamp() {
    "$environment/bin/python" - "$repository" "$environment" <<'PYTHON'
import hashlib
import json
import sys
import tomllib

repository, environment = sys.argv[1:]
with open(f"{repository}/pyproject.toml", "rb") as file:
    settings = tomllib.load(file)
parts = [settings["build-system"], settings["project"], settings["dependency-groups"], settings["tool"]["hatch"]]
with open(f"{repository}/.ci/environment.sh", encoding="utf-8") as file:
    parts += [file.read(), repository, environment, sys.version]
print(hashlib.sha256(json.dumps(parts).encode()).hexdigest())
PYTHON
}

requirements_of() {
    "$environment/bin/python" - "$repository/pyproject.toml" "$1" <<'PYTHON'
import sys
import tomllib

path, group = sys.argv[1:]
with open(path, "rb") as file:
    print("\n".join(tomllib.load(file)["dependency-groups"][group]))
PYTHON
}

install_environment() {
    local group=$1 package=$repository requirement requirements=()
    if [[ $group == dev ]]; then package+="[code,dense,plots,transcripts]"; else package+="[code]"; fi    # the tests run every optional part
    if [[ $group != plain ]]; then
        while IFS= read -r requirement; do
            requirements+=("$requirement")
        done < <(requirements_of "$group")
    fi
    note "Installing Oldhand ($group) ..."
    "$environment/bin/python" -m pip install -qq --disable-pip-version-check \
        --editable "$package" "${requirements[@]+"${requirements[@]}"}" >&2 || {
        note "The packages could not be installed. Is a package index reachable? The lines above say more."
        return 1
    }
}

# Two at once would write the same files: the second waits for the first and then finds the stamp.
prepare_environment() {
    local group=${1:-plain}
    if command -v flock >/dev/null; then
        exec 9>"$environment.lock"
        flock 9
    fi
    prepare_environment_alone "$group"
    local result=$?
    if command -v flock >/dev/null; then
        exec 9>&-
    fi
    return "$result"
}

prepare_environment_alone() {
    local group=$1 stamp="$environment/oldhand-$1.stamp" wanted old
    is_new_enough "$environment/bin/python" || make_environment || return 1
    wanted=$(wanted_stamp) || return 1
    if [[ -f $stamp && $(cat "$stamp") == "$wanted" && -x $environment/bin/oldhand ]]; then
        return 0
    fi
    # Stamps of another state tell the truth no more, whatever happens now.
    for old in "$environment"/oldhand-*.stamp; do
        if [[ -f $old && $(cat "$old") != "$wanted" ]]; then rm -f "$old"; fi
    done
    install_environment "$group" || return 1
    # Every group holds the package itself, so ./start needs no second installation after ./test.
    printf '%s\n' "$wanted" | tee "$stamp" >"$environment/oldhand-plain.stamp"
}
