# What the legs share. A leg is given REPO, WORK and LEG by .ci/run.
set -euo pipefail
cd "$REPO"
results=$WORK/results/$LEG

# Not root's search path, which may lead into its home directory.
USER_PATH=$(dirname "$(command -v dotnet)"):/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# check NAME COMMAND...: a step that is no test project. It counts as one test; the leg goes on after a failure.
check() {
    local name=$1 log code=0 begin end
    shift
    log=$(mktemp "$WORK/logs/$LEG.XXXXXX")
    begin=$(date +%s%N)
    echo "-- $name: $*"
    "$@" >"$log" 2>&1 || code=$?
    end=$(date +%s%N)
    cat "$log"
    printf '%s\t%s\t%s\t%s\n' "$([ "$code" = 0 ] && echo passed || echo failed)" "$(((end - begin) / 1000000))" "$name" "$log" \
        >>"$results/checks.tsv"
    return 0
}

# user_with_ids / user_without_ids: print the name of an ordinary user, made if it is missing.
user_with_ids() {
    ensure_user isolation-ids
    local file last
    for file in /etc/subuid /etc/subgid; do
        touch "$file"
        grep -q '^isolation-ids:' "$file" && continue
        # Behind every range that is given out already: two users must not share ids.
        last=$(awk -F: '{ end = $2 + $3; if (end > max) max = end } END { print (max > 100000 ? max : 100000) }' "$file")
        echo "isolation-ids:$last:65536" >>"$file"
    done
    echo isolation-ids
}

user_without_ids() {
    ensure_user isolation-plain
    # useradd gives every new user a range.
    sed -i '/^isolation-plain:/d' /etc/subuid /etc/subgid
    echo isolation-plain
}

ensure_user() {
    id "$1" >/dev/null 2>&1 || useradd --no-create-home --shell /bin/sh "$1"
    touch /etc/subuid /etc/subgid
    mkdir -p "$WORK/home/$1"
    chown "$1:" "$WORK/home/$1"
}

# as_user USER COMMAND...: with a home of its own and nothing of root's environment but what the tests are told, and whether
# NuGet looks for revoked certificates, which only times out on a machine without a way to them. One command at a time, since
# the kernel counts processes by user. Its children do not inherit the lock: a compiler's server outlives it.
as_user() {
    local user=$1
    shift
    flock --close "$WORK/home/$user.lock" setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups --inh-caps=-all \
        env -i HOME="$WORK/home/$user" USER="$user" LOGNAME="$user" PATH="$USER_PATH" TMPDIR=/tmp LANG=C.UTF-8 CI=true \
        DOTNET_CLI_HOME="$WORK/home/$user" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_TieredPGO=0 RunAnalyzers=false \
        MSBUILDDISABLENODEREUSE=1 NUGET_CERT_REVOCATION_MODE="${NUGET_CERT_REVOCATION_MODE:-}" \
        ISOLATION_REQUIRE="${ISOLATION_REQUIRE:-}" "$@"
}

# clone_of USER: prints the path of a clone that is the user's own. The first leg that asks has it made, as a newcomer would.
clone_of() {
    local clone=$WORK/home/$1/clone
    [ -d "$clone" ] || { git clone --quiet "$REPO" "$clone" && chown -R "$1:" "$clone"; }
    echo "$clone"
}

# built_tree: prints a copy of the built tree that every user can read, and makes it first if need be.
built_tree() {
    local tree=$WORK/tree
    if [ ! -d "$tree" ]; then
        # The tests of the root leg are what is copied; a leg that is started alone builds them.
        [ -n "$(test_assemblies "$REPO")" ] || dotnet build Isolation.sln -m:2 >&2
        mkdir -p "$tree.new"
        tar -C "$REPO" --exclude=./.git --exclude='*/obj' --exclude='*/bin/Release' --exclude=./artifacts -cf - . |
            tar -C "$tree.new" --no-same-owner -xf -
        chmod -R go+rX "$tree.new"
        mv "$tree.new" "$tree"
    fi
    echo "$tree"
}

test_assemblies() {
    local project name
    for project in "$1"/tests/*Tests/*Tests.csproj; do
        name=$(basename "$project" .csproj)
        find "$(dirname "$project")/bin/Debug" -mindepth 2 -maxdepth 2 -name "$name.dll" 2>/dev/null
    done
}

# run_suite_as USER: the tests that depend on the user, on the built tree, as that user.
run_suite_as() {
    local user=$1 tree
    tree=$(built_tree)
    mkdir -p "$results"
    chown "$user:" "$results"
    cd "$tree"
    # shellcheck disable=SC2046 # one argument per assembly
    as_user "$user" dotnet test $(test_assemblies "$tree" | grep -E "/Isolation\.(IntegrationTests|Linux\.Tests|Plugins\.Tests)\.dll$") --logger trx --results-directory "$results"
    cd "$REPO"
}

# guest_runner: prints the runner of tests itself; each further .NET program in between takes many seconds in a guest.
guest_runner() { echo "$(dirname "$(readlink -f "$(command -v dotnet)")")/sdk/$(dotnet --version)/vstest.console.dll"; }

# in_guest cgroup2|systemd NAME USER SECONDS COMMAND...: runs tests in a machine of its own, as that user (none: root). It may
# write to $results/NAME only, which has to get the results.
in_guest() {
    local mode=$1 directory=$results/$2 user=$3 seconds=$4
    shift 4
    mkdir -p "$directory"
    # What the user of that machine makes here belongs to root at once, and it must still write to it. The umask of both counts.
    chmod 777 "$directory"
    umask 0
    cd "$(built_tree)/tests/Isolation.IntegrationTests/bin/Debug/net10.0"
    local try code=125
    for try in 1 2 3; do
        code=0
        # What a try that died had told already is told again by the next.
        rm -rf "${directory:?}"/*
        env UML_USER="$user" UML_SHARE="$directory" UML_TIMEOUT="$seconds" VSTEST_CONNECTION_TIMEOUT=300 \
            RESULTS="$directory" RUNNER="$(guest_runner)" "$REPO/.ci/vm/$mode.sh" bash -c 'umask 0; '"$*" || code=$?
        # The machine itself aborts now and then, which says nothing about the tests.
        [ "$code" = 125 ] || break
        echo "the machine died in try $try"
    done
    return "$code"
}

# tell_guest NAME [DIRECTORY...]: what a run in a guest said. Without a result in each of its directories it has not passed,
# which the other runs' results must not hide.
tell_guest() {
    local name=$1 directory
    shift
    echo "-- $name"
    for directory in "${@:-$name}"; do
        if ! compgen -G "$results/$directory/*.trx" >/dev/null; then
            check "$directory" sh -c 'cat "$1"; exit 1' sh "$results/$name.txt"
            return
        fi
    done
    cat "$results/$name.txt"
}
