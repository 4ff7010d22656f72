#!/usr/bin/env bash
# Make .venv-bench: the libraries that bench/peers measures, in environments of their own so that none of them decides what asnlab uses.
#
#   requirements   Mesa, AgentPy, Starsim, numpy
#   mesa-frames    mesa-frames, whose released version wants numpy below 2
#
# Each is made from bench/<name>.lock and made again only when that changed. One that cannot be installed is left out with a line, and the
# table says so: the rest can still be measured.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { echo "bench: $*" >&2; }

sha256() {
    if command -v sha256sum >/dev/null; then sha256sum "$1" | cut -d ' ' -f 1
    else shasum -a 256 "$1" | cut -d ' ' -f 1; fi
}

# uv is quick; it does not read pip's configuration, so where only a mirror named there can be reached pip does it.
install() {
    .venv/bin/uv pip install --python "$2/bin/python" --compile-bytecode --require-hashes -r "$1" ||
        "$2/bin/python" -m pip install --require-hashes -r "$1"
}

export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1
unset VIRTUAL_ENV PIP_TARGET PIP_PREFIX

for name in requirements mesa-frames; do
    lock=bench/$name.lock
    venv=.venv-bench/$name
    wanted="$(sha256 "$lock") $(.venv/bin/python -V) $PWD"
    if [ "$(cat "$venv/installed" 2>/dev/null || true)" = "$wanted" ]; then continue; fi
    say "installing the packages of $lock"
    rm -rf "$venv"
    mkdir -p .venv-bench
    if .venv/bin/python -m venv "$venv" && install "$lock" "$venv" >".venv-bench/$name.log" 2>&1; then
        echo "$wanted" >"$venv/installed"
    else
        say "$lock could not be installed here and is left out; the log is in .venv-bench/$name.log"
        rm -rf "$venv"
    fi
done
