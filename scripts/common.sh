# Shared by the scripts that prepare the tools. Sourced, not run.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tools=$root/.tools
stamps=$tools/stamps

say() { printf '%s\n' "$*" >&2; }

# Ends with what is wrong on the first line and the remedy below it.
die() {
  printf 'error: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

need() { # command, remedy
  command -v "$1" >/dev/null 2>&1 || die "'$1' is not on PATH." "$2"
}

need_python() {
  need python3 "Install Python 3.10 or newer; it downloads the pinned tools and the model."
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    die "python3 is $(python3 -c 'import platform; print(platform.python_version())'); 3.10 or newer is needed." \
      "Put a newer python3 first on PATH."
}

# Starts the calling script again while holding the lock on .tools, so that two runs cannot disturb each other.
# The kernel drops the lock when the process ends, however it ends.
take_lock() { # script, arguments…
  [ "${SYSTOLE_TOOLS_LOCKED:-}" = "$root" ] && return 0
  need perl "Install perl; Verilator needs it too."
  mkdir -p "$tools"
  SYSTOLE_TOOLS_LOCKED=$root exec perl -e '
    use Fcntl ":flock";
    $^F = 255;
    open(my $lock, ">>", shift) or die "error: cannot open the lock: $!\n";
    unless (flock($lock, LOCK_EX | LOCK_NB)) {
      print STDERR "Waiting for another make that prepares .tools …\n";
      flock($lock, LOCK_EX) or die "error: cannot lock: $!\n";
    }
    exec(@ARGV) or die "error: cannot run $ARGV[0]: $!\n";
  ' "$tools/lock" "$@"
}

# A private folder that disappears with the script; finished work leaves it by rename.
make_scratch() {
  find "$tools" -maxdepth 1 -name 'scratch.*' -exec rm -rf {} + 2>/dev/null || true
  scratch=$(mktemp -d "$tools/scratch.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
}

# Puts a finished folder or file in place of an older one.
install_path() { # from, to
  mkdir -p "$(dirname "$2")"
  if [ -e "$2" ] || [ -L "$2" ]; then mv "$2" "$scratch/replaced.$RANDOM.$RANDOM"; fi
  mv "$1" "$2"
}

install_text() { # to (text on standard input; executable)
  mkdir -p "$(dirname "$1")"
  cat >"$scratch/text"
  chmod +x "$scratch/text"
  mv -f "$scratch/text" "$1"
}

# A stamp holds a checksum of everything the step was made from.
is_stamped() { [ -f "$stamps/$1" ] && [ "$(cat "$stamps/$1")" = "$2" ]; }

stamp() {
  mkdir -p "$stamps"
  printf '%s\n' "$2" >"$scratch/stamp"
  mv -f "$scratch/stamp" "$stamps/$1"
}

# Runs a step with its output kept aside; shows its end only when it fails.
quietly() { # what failed, remedy, command…
  local failure=$1 remedy=$2
  shift 2
  if ! "$@" >"$scratch/log" 2>&1 </dev/null; then
    tail -n 15 "$scratch/log" | sed 's/^/  | /' >&2
    die "$failure" "$remedy"
  fi
}

seconds_since() { printf '%d s' $((SECONDS - $1)); }
