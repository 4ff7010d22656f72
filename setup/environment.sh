#!/usr/bin/env bash
# Make .venv from requirements.lock, or leave it alone when it is already what the lock says.
#
# What is installed is written down in .venv/installed: the hash of the lock, the folder, and the hash of pyproject.toml.
#   the same                    -> nothing is done (a few hundredths of a second)
#   only pyproject.toml changed -> the project itself is installed again
#   anything else               -> .venv is built from nothing
# The record is removed before anything is changed and written last, so an interrupted set-up is never taken for a finished one.
#
# PYTHON=python3.12 chooses the Python; without it an existing .venv keeps its own, and a new one takes the first that fits.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

lock=requirements.lock
venv=.venv
record=$venv/installed
log=$venv/setup.log

say() { echo "setup: $*" >&2; }
stop() { say "$@"; exit 1; }

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum "$1" | cut -d ' ' -f 1
    else shasum -a 256 "$1" | cut -d ' ' -f 1; fi
}

# "ok", "old 3.10.2", "new 3.14.0" or "bare" (no venv or pip to start from); nothing when the command does not run.
judge() {
    "$1" -c '
import sys
found = "%d.%d.%d" % sys.version_info[:3]
if sys.version_info < (3, 11):
    print("old " + found)
elif sys.version_info >= (3, 14):
    print("new " + found)
else:
    try:
        import ensurepip, venv
        print("ok")
    except ImportError:
        print("bare")
' 2>/dev/null || true
}

explain() {
    case "$2" in
        bare) echo "$1 cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" ;;
        old*) echo "$1 is ${2#old }, too old; asnlab needs Python 3.11, 3.12 or 3.13" ;;
        new*) echo "$1 is ${2#new }, not tried yet; asnlab needs Python 3.11, 3.12 or 3.13" ;;
        *) echo "$1 not found; asnlab needs Python 3.11, 3.12 or 3.13; on Debian and Ubuntu: apt-get install python3 python3-venv" ;;
    esac
}

choose_python() {
    local candidate verdict said="" about=""
    if [ -n "${PYTHON:-}" ]; then set -- "$PYTHON"; else set -- python3 python3.13 python3.12 python3.11; fi
    for candidate in "$@"; do
        verdict=$(judge "$candidate")
        if [ "$verdict" = ok ]; then echo "$candidate"; return; fi
        # One reason is given: the first, unless a Python of the right version lacks only venv, which is easier to mend.
        if [ -z "$said" ] || { [ "$verdict" = bare ] && [ "$about" != bare ]; }; then
            said=$(explain "$candidate" "$verdict")
            about=$verdict
        fi
    done
    stop "$said"
}

version_of() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true; }

# Output goes to the log; when a step fails its last lines are shown.
logged() {
    echo "\$ $*" >>"$log"
    "$@" >>"$log" 2>&1
}

give_up() {
    tail -n 20 "$log" >&2
    stop "$1; the whole log is in $log"
}

install_uv() {
    # uv's own lines of the lock: the version, then every hash.
    awk '/^uv==/ { inside = 1; print; next } inside && /^ / { print; next } { inside = 0 }' "$lock" >"$venv/uv.txt"
    logged "$venv/bin/python" -m pip install --quiet --no-deps --require-hashes -r "$venv/uv.txt"
}

# Bytecode is made now, whatever PYTHONDONTWRITEBYTECODE says: without it every start of the command costs seconds.
install_with_uv() {
    install_uv && logged "$venv/bin/uv" pip install --python "$venv/bin/python" --compile-bytecode --require-hashes -r "$lock"
}

# uv does not read pip's configuration, so it fails where only a mirror named there can be reached.
install_with_pip() {
    logged "$venv/bin/python" -m pip install --no-compile --require-hashes -r "$lock" || return 1
    # Some packages carry templates that are not valid Python: they are no reason to stop.
    logged "$venv/bin/python" -m compileall -q -j 0 "$venv"/lib/python3.*/site-packages || true
}

install_packages() {
    local python=$1
    say "making $venv with $python ($("$python" -c 'import platform; print(platform.python_version())'))"
    "$python" -m venv --clear "$venv" || stop "$python -m venv failed; on Debian and Ubuntu: apt-get install python3-venv"
    say "installing the packages of $lock (half a minute to a minute on an idle machine, up to ten minutes on a busy one)"
    if ! install_with_uv; then
        say "uv could not install them, trying plain pip (two minutes on an idle machine)"
        install_with_pip || give_up "the packages of $lock could not be installed"
    fi
}

# The hash check cannot cover a local folder, so the project itself comes after the lock, and pulls nothing in.
install_project() {
    say "installing asnlab itself"
    logged "$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable . ||
        give_up "asnlab itself could not be installed"
}

# pip in a virtual environment must not be told to install elsewhere, and another active environment does not count.
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1
unset VIRTUAL_ENV PIP_TARGET PIP_PREFIX

# Two set-ups of one folder at once would write over each other. flock is missing on macOS: there the user must not do that.
if command -v flock >/dev/null; then
    exec 9<"$lock"
    flock 9
fi

packages="packages $(sha256 "$lock") $PWD"
project="project $(sha256 pyproject.toml)"
had=$(cat "$record" 2>/dev/null || true)
has=$(version_of "$venv/bin/python")
wanted=$has
if [ -n "${PYTHON:-}" ]; then wanted=$(version_of "$PYTHON"); fi

if [ -n "$has" ] && [ "$has" = "$wanted" ] && [ "$had" = "$packages"$'\n'"$project" ]; then exit 0; fi

if [ -z "$has" ] || [ "$has" != "$wanted" ] || [ "${had%%$'\n'*}" != "$packages" ]; then
    python=$(choose_python)
    rm -f "$record"
    install_packages "$python"
fi
rm -f "$record"
install_project
printf '%s\n' "$packages" "$project" >"$record.new"
mv "$record.new" "$record"
say "ready in ${SECONDS} s"
