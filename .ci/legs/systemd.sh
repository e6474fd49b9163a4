# The tests of scopes that systemd gives, in a machine whose first process is systemd: as root, as an ordinary user outside
# of the own manager, and as one inside of it.
source "$REPO/.ci/lib.sh"

built_tree >/dev/null

# run_tests NAME USER SCRIPT: SCRIPT runs in the machine and may say: suite PROMISES CLASS [COMMAND...]
run_tests() {
    # shellcheck disable=SC2016 # for the shell in the guest
    UML_MEM=2G in_guest systemd "$1" "$2" 800 '
        code=0
        suite() {
            export ISOLATION_REQUIRE=$1
            "${@:3}" dotnet exec "$RUNNER" Isolation.IntegrationTests.dll \
                --TestCaseFilter:FullyQualifiedName~"$2" --logger:trx --ResultsDirectory:"$RESULTS/$2" || code=$?
        }
        '"$3"'
        exit $code'
}

# A guest has one processor, so two of them take hardly longer than one.
run_tests root "" 'suite systemd,systemd-reach,userns,root SystemdScopeTests' >"$results/root.txt" 2>&1 &
root=$!
run_tests user 1500 '
    suite systemd,systemd-outside,userns,not-root SystemdOutsideTests
    suite systemd,systemd-reach,userns,not-root SystemdScopeTests systemd-run --user --scope --quiet' >"$results/user.txt" 2>&1 &
user=$!
code=0
wait "$root" || code=$?
wait "$user" || code=$?
tell_guest root root/SystemdScopeTests
tell_guest user user/SystemdOutsideTests user/SystemdScopeTests
exit "$code"
