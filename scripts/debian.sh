# Debian packages unpacked into .tools, without privileges and without touching apt's own state. Sourced after
# common.sh; needs apt-get, apt-cache and dpkg-deb.

# Everything is taken from one release, so that the versions do not depend on the host's.
debian_release=bookworm

# The mirror of Debian that apt uses; nothing elsewhere.
debian_find_mirror() { # options of apt…
  . /etc/os-release
  [ "${ID:-}" = debian ] || return 0
  apt-get "$@" indextargets --format '$(CREATED_BY) $(RELEASE) $(REPO_URI)' 2>/dev/null |
    awk -v release="${VERSION_CODENAME:-}" '$1 == "Packages" && $2 == release { print $3; exit }'
}

# Private apt state in $scratch with the package lists of that release; the host's lists are often empty.
debian_update() {
  [ -z "${debian_apt_options:-}" ] || return 0
  need dpkg-deb "It belongs to dpkg."
  local state=$scratch/apt
  debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
  : >"$state/status"
  debian_apt_options=(
    -o "Dir::State=$state" -o "Dir::State::lists=$state/lists" -o "Dir::State::status=$state/status"
    -o "Dir::Cache=$state/cache" -o "APT::Sandbox::User=" -o "Acquire::Retries=3" -o "Acquire::Languages=none" -q
  )
  # The mirror that the host already uses; other distributions of the family keep their own sources.
  debian_mirror=$(debian_find_mirror)
  if [ -n "$debian_mirror" ] && [ -f "$debian_keyring" ]; then
    printf 'deb [signed-by=%s] %s %s main\n' "$debian_keyring" "$debian_mirror" "$debian_release" >"$state/sources.list"
    debian_apt_options+=(-o "Dir::Etc::sourcelist=$state/sources.list" -o "Dir::Etc::sourceparts=/dev/null")
  fi
  quietly "apt-get could not read the package lists." "Check the network and apt's proxy settings." \
    apt-get "${debian_apt_options[@]}" -o APT::Update::Error-Mode=any update
}

# Downloads packages and unpacks them into a folder.
debian_extract() { # folder, package…
  local folder=$1 archive
  shift
  mkdir -p "$folder" "$scratch/archives"
  quietly "apt-get could not download: $*" "Check the network and apt's sources." \
    env -C "$scratch/archives" apt-get "${debian_apt_options[@]}" download "$@"
  for archive in "$scratch/archives"/*.deb; do
    dpkg-deb -x "$archive" "$folder"
    rm "$archive"
  done
}

# The libraries that a package lists as dependencies, the C and C++ run-time apart.
debian_libraries() { # package…
  apt-cache "${debian_apt_options[@]}" depends "$@" |
    awk '$1 == "Depends:" && $2 ~ /^(lib|zlib)/ && $2 !~ /^lib(c6|gcc-s1|stdc\+\+6)$/ { print $2 }' | sort -u
}

# Names of shared libraries that the programs and libraries in a folder need and neither it nor the host has.
debian_missing() { # folder
  local file
  find "$1" -type f \( -perm -u+x -o -name '*.so*' -o -name '*.vpi' -o -name '*.tgt' \) -print0 |
    while IFS= read -r -d '' file; do
      LD_LIBRARY_PATH=$(debian_library_path "$1") ldd "$file" 2>/dev/null || true
    done | awk '/not found/ { print $1 }' | sort -u
}

debian_library_path() { # folder
  local triplet
  for triplet in "$1"/usr/lib/*-linux-gnu* "$1"/lib/*-linux-gnu* "$1"/usr/lib/*-linux-gnu*/slurm-wlm; do
    [ -d "$triplet" ] && printf '%s:' "$triplet"
  done
}

# Adds the libraries that are still missing, and theirs in turn.
debian_complete() { # folder, package…
  local folder=$1 missing libraries
  shift
  while missing=$(debian_missing "$folder") && [ -n "$missing" ]; do
    libraries=$(debian_libraries "$@")
    [ -n "$libraries" ] || die "No package provides: $(echo $missing)" "Install the libraries and run make setup again."
    debian_extract "$folder" $libraries
    set -- $libraries
  done
}
