# Read by ./demo and ./test: makes the project's own environment in .venv. Needs Python 3.11 and nothing else.
# POSIX sh. $here is the folder of the project.

say() { printf '%s\n' "$*" >&2; }
stop() {
    for line in "$@"; do say "$line"; done
    exit 1
}

is_recent() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# The full path of a Python that is new enough. A name on PATH may be a shim that works in some folders only.
find_python() {
    for name in "${COPRODUCE_PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3; do
        [ -n "$name" ] || continue
        if is_recent "$name"; then
            "$name" -c 'import sys; print(getattr(sys, "_base_executable", sys.executable))'
            return
        fi
    done
    found=$(python3 --version 2>&1) || found="no python3"
    stop "Coproduce needs Python 3.11 or newer, and here is $found." \
        "Install a newer Python, or name one: COPRODUCE_PYTHON=/path/to/python3 $0"
}

has_network_words() {
    say "We could not fetch what Coproduce needs from PyPI. This is what was said:"
    sed 's/^/    /' "$1" | tail -n 15 >&2
    stop "Please check the network (and a proxy, if you use one) and run the same command again."
}

make_environment() {
    "$python" -m venv "$here/.venv" >"$log" 2>&1 && return
    rm -rf "$here/.venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "This Python came without venv: installing Debian's python3-venv…"
        { apt-get update && apt-get install -y --no-install-recommends python3-venv; } >"$log" 2>&1 || true
        "$python" -m venv "$here/.venv" >>"$log" 2>&1 && return
    fi
    tail -n 5 "$log" >&2
    stop "$python cannot make an environment. On Debian or Ubuntu: apt install python3-venv"
}

# Sets $uv: from PATH, or in .venv, fetched by pip if need be.
find_uv() {
    uv=$(command -v uv) && "$uv" --version >/dev/null 2>&1 && return
    uv="$here/.venv/bin/uv"
    [ -x "$uv" ] && return
    say "Fetching uv, which installs the rest…"
    [ -x "$here/.venv/bin/pip" ] || make_environment
    "$here/.venv/bin/python" -m pip install --quiet --disable-pip-version-check uv >"$log" 2>&1 ||
        has_network_words "$log"
}

# prepare [arguments for uv sync]: afterwards .venv holds the project and what it needs.
prepare() {
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    trap 'exit 130' INT TERM
    # Its commands begin with the full path of its Python, so an environment cannot be moved.
    if [ -e "$here/.venv" ] &&
        ! { is_recent "$here/.venv/bin/python" && grep -qF "$here/.venv" "$here/.venv/bin/activate"; }; then
        say "The environment in .venv no longer works; making it anew."
        rm -rf "$here/.venv"
    fi
    python=$(find_python) || exit 1
    find_uv
    # --inexact leaves uv itself, and what the other command has installed, where they are.
    [ ! -x "$here/.venv/bin/python" ] || python="$here/.venv/bin/python"
    env -u VIRTUAL_ENV UV_PROJECT_ENVIRONMENT="$here/.venv" UV_PYTHON_DOWNLOADS=never \
        "$uv" sync --project "$here" --frozen --inexact --quiet --python "$python" "$@" >"$log" 2>&1 ||
        has_network_words "$log"
    "$here/.venv/bin/coproduce" --version >"$log" 2>&1 || {
        tail -n 5 "$log" >&2
        stop "The environment in .venv is damaged. Remove the folder .venv and run this again."
    }
    rm -f "$log"
    trap - EXIT INT TERM
}
