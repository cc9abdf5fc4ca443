# Python packages without touching the system's Python. Sourced after common.sh.

offline_remedy="Check the network, or point pip at a mirror or a wheel folder (PIP_INDEX_URL, PIP_FIND_LINKS)."

# Sets `pip` to a command that installs packages for a given interpreter or folder. Distributions split pip and
# ensurepip from python3, so either may be missing.
find_pip() {
  [ -z "${pip:-}" ] || return 0
  if python3 -c 'import sys, pip; sys.exit(tuple(map(int, pip.__version__.split(".")[:2])) < (22, 3))' 2>/dev/null; then
    pip=(python3 -m pip)
  elif python3 -c 'import ensurepip' 2>/dev/null; then
    quietly "Could not make a Python environment for pip." "Run 'python3 -m venv' by hand to see why." \
      python3 -m venv "$scratch/pip"
    pip=("$scratch/pip/bin/python" -m pip)
  elif command -v apt-get >/dev/null 2>&1; then
    say "This python3 comes without pip; fetching pip's own wheel."
    . "$root/scripts/debian.sh"
    debian_update
    debian_extract "$scratch/pip" python3-pip-whl
    pip=(python3 "$(echo "$scratch"/pip/usr/share/python-wheels/pip-*.whl)/pip")
  else
    die "python3 has neither pip nor ensurepip." "Install pip for it (its package is often called python3-pip)."
  fi
  pip+=(--disable-pip-version-check --no-input)
}

# Installs pinned packages, and exactly those, into a folder.
pip_into() { # folder, requirement…
  local folder=$1
  shift
  quietly "pip could not install: $*" "$offline_remedy" \
    "${pip[@]}" install --no-deps --no-compile --only-binary :all: --target "$folder" "$@"
}

# Makes a virtual environment holding a list of pinned packages. Its interpreter is the only program to be used from
# it: `bin/python -m …` survives a move of the checkout, script headers do not.
make_environment() { # folder, requirements file
  quietly "python3 -m venv failed." "Python's 'venv' module must work; install python3-venv where it is a package." \
    python3 -m venv --without-pip --clear "$scratch/environment"
  local site
  site=$("$scratch/environment/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  quietly "pip could not install $(basename "$2")." "$offline_remedy" \
    "${pip[@]}" install --no-deps --no-compile --only-binary :all: --target "$site" -r "$2"
  install_path "$scratch/environment" "$1"
}
