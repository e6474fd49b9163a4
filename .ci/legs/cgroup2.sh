# The tests of control groups on pure v2, and some on the older kernel that is there, in a machine of its own: as root, and as
# an ordinary user with a delegated group.
source "$REPO/.ci/lib.sh"

built_tree >/dev/null

# run_tests NAME PROMISES USER
run_tests() {
    # shellcheck disable=SC2016 # for the shell in the guest
    in_guest cgroup2 "$1" "$3" 700 "export ISOLATION_REQUIRE=$2;" \
        'exec dotnet exec "$RUNNER" Isolation.IntegrationTests.dll "--TestCaseFilter:TestCategory=CgroupV2|TestCategory=OlderKernel" --logger:trx --ResultsDirectory:"$RESULTS"'
}

# A guest has one processor, so two of them take hardly longer than one.
run_tests root root,userns,program,cgroups,cgroup2 "" >"$results/root.txt" 2>&1 &
root=$!
run_tests user not-root,userns,program,cgroups,cgroup2 1500 >"$results/user.txt" 2>&1 &
user=$!
code=0
wait "$root" || code=$?
wait "$user" || code=$?
tell_guest root
tell_guest user
exit "$code"
