# Sourced by the phases: where Debian's archive is. The host's own apt sources when they serve
# bookworm (so a local mirror or proxy is used), else mmdebstrap's built-in default.

SUITE=bookworm

host_sources() {
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(CREATED_BY)' 2>/dev/null |
        awk -v suite="$SUITE" '$4 == "Packages" && $3 == "main" && $1 ~ /\/debian(-security)?\/?$/ &&
            ($2 == suite || $2 == suite "-updates" || $2 == suite "-security") { print "deb", $1, $2, $3 }' |
        sort -u
}

# bootstrap FOLDER [mmdebstrap options]: a root file system of bookworm.
bootstrap() {
    folder=$1
    shift
    rm -rf "$folder"
    if host_sources | grep -q " $SUITE main$"; then
        host_sources | mmdebstrap "$@" "$SUITE" "$folder" -
    else
        mmdebstrap "$@" "$SUITE" "$folder"
    fi
}

# fetch_source PACKAGE FOLDER ROOT: the package's verified source archives, from where ROOT came from.
fetch_source() {
    mkdir -p "$2/lists/partial" "$2/cache/archives/partial"
    sed 's/^deb /deb-src /' "$3/etc/apt/sources.list" >"$2/sources.list"
    for command in update "source --download-only --only-source $1"; do
        # shellcheck disable=SC2086 # the command is two words or more
        (cd "$2" && apt-get -q -o Dir::Etc::sourcelist="$2/sources.list" -o Dir::Etc::sourceparts=- \
            -o Dir::State::lists="$2/lists" -o Dir::Cache="$2/cache" -o APT::Sandbox::User=root \
            -o Acquire::Languages=none $command)
    done
}
