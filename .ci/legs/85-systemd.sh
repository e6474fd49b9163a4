# The tests of scopes that systemd gives, in a machine whose first process is systemd: as root, as an ordinary user outside
# of the own manager, and as one inside of it.
source "$REPO/.ci/lib.sh"

tree=$(built_tree)
tests=$tree/tests/Isolation.IntegrationTests/bin/Debug/net10.0
# The runner itself: each further .NET program in between takes many seconds there.
runner=$(dirname "$(readlink -f "$(command -v dotnet)")")/sdk/$(dotnet --version)/vstest.console.dll

# run_tests NAME USER SCRIPT: SCRIPT runs in the machine and may say: suite PROMISES CLASS [COMMAND...]
run_tests() {
    mkdir -p "$results/$1"
    # What the user of that machine makes here belongs to root at once, and it must still write to it. The umask of both counts.
    chmod 777 "$results/$1"
    umask 0
    cd "$tests"
    # shellcheck disable=SC2016 # for the shell in the machine
    env UML_USER="$2" UML_SHARE="$results/$1" UML_TIMEOUT=700 UML_MEM=2G RUNNER="$runner" RESULTS="$results/$1" \
        VSTEST_CONNECTION_TIMEOUT=300 DOTNET_TieredPGO=0 \
        "$REPO/.ci/vm/systemd.sh" bash -c '
            umask 0
            code=0
            suite() {
                export ISOLATION_REQUIRE=$1
                "${@:3}" dotnet exec "$RUNNER" Isolation.IntegrationTests.dll \
                    --TestCaseFilter:FullyQualifiedName~"$2" --logger:trx --ResultsDirectory:"$RESULTS/$2" || code=$?
            }
            '"$3"'
            exit $code'
}

# A machine has one processor, so two of them take hardly longer than one.
run_tests root "" 'suite systemd,systemd-reach,userns,root SystemdScopeTests' >"$results/root.txt" 2>&1 &
root=$!
run_tests user 1500 '
    suite systemd,systemd-outside,userns,not-root SystemdOutsideTests
    suite systemd,systemd-reach,userns,not-root SystemdScopeTests systemd-run --user --scope --quiet' >"$results/user.txt" 2>&1 &
user=$!
code=0
wait "$root" || code=$?
wait "$user" || code=$?
for run in root user; do
    echo "-- $run"
    cat "$results/$run.txt"
done
for suite in root/SystemdScopeTests user/SystemdOutsideTests user/SystemdScopeTests; do
    # Who tells nothing has not passed: the other run's results must not hide it.
    compgen -G "$results/$suite/*.trx" >/dev/null || check "$suite" false
done
exit "$code"
