# The tests of control groups on pure v2, in a machine of its own: as root, and as an ordinary user with a delegated group.
source "$REPO/.ci/lib.sh"

tree=$(built_tree)
tests=$tree/tests/Isolation.IntegrationTests/bin/Debug/net10.0
# The runner itself: each further .NET program in between takes many seconds there.
runner=$(dirname "$(readlink -f "$(command -v dotnet)")")/sdk/$(dotnet --version)/vstest.console.dll

# run_tests NAME PROMISES USER: the results go to a folder of that name.
run_tests() {
    mkdir -p "$results/$1"
    # What the user of that machine makes here belongs to root at once, and it must still write to it. The umask of both counts.
    chmod 777 "$results/$1"
    umask 0
    cd "$tests"
    env ISOLATION_REQUIRE="$2" UML_USER="$3" UML_SHARE="$results/$1" UML_TIMEOUT=600 \
        VSTEST_CONNECTION_TIMEOUT=300 DOTNET_TieredPGO=0 \
        "$REPO/.ci/vm/cgroup2.sh" sh -c 'umask 0; exec "$@"' sh dotnet exec "$runner" Isolation.IntegrationTests.dll \
        --TestCaseFilter:TestCategory=CgroupV2 --logger:trx --ResultsDirectory:"$results/$1"
}

# A machine has one processor, so two of them take hardly longer than one.
run_tests root root,userns,program,cgroups,cgroup2 "" >"$results/root.txt" 2>&1 &
root=$!
run_tests user not-root,userns,program,cgroups,cgroup2 1500 >"$results/user.txt" 2>&1 &
user=$!
code=0
wait "$root" || code=$?
wait "$user" || code=$?
for run in root user; do
    echo "-- $run"
    if compgen -G "$results/$run/*.trx" >/dev/null; then
        cat "$results/$run.txt"
    else
        # A run without a result has not passed: the other one's must not hide it.
        check "cgroup2 as $run" sh -c 'cat "$1"; exit 1' sh "$results/$run.txt"
    fi
done
exit "$code"
