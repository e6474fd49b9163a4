# The judge: its tests, and the quick tour of docs/code-judge.md.
source "$REPO/.ci/lib.sh"

export ISOLATION_REQUIRE=root,userns,program,cgroups,language
export ISOLATION_JUDGE_SUBMISSIONS=${ISOLATION_JUDGE_SUBMISSIONS:-60}
dotnet test tests/Isolation.CodeJudge.Tests --logger trx --results-directory "$results" || failed=$?
# A run that was canceled ends with 0, and the walks below would hide that it has no result.
compgen -G "$results/*.trx" >/dev/null || failed=1

# The shell blocks of that section: the first starts the judge, the second sends a program and reads its verdict.
block() { awk -v wanted="$1" '/^## /{ section = ($0 == "## Quick tour") } /^```$/{ inside = 0 } section && inside && number == wanted
    section && /^```sh$/{ inside = 1; number++ }' docs/code-judge.md; }
starting=$(block 1)
sending=$(block 2)

# walk COMMAND...: starts the judge through COMMAND, sends and reads as the page describes, and stops the judge with all its processes.
walk() (
    set -m
    log=$(mktemp "$WORK/logs/$LEG.XXXXXX")
    chmod 666 "$log"
    "$@" bash -c "$starting" >"$log" 2>&1 &
    judge=$!
    trap 'kill -TERM -- -$judge; wait $judge || true; cat "$log"' EXIT
    for ((second = 0; second < 240; second++)); do
        if curl -sf -o /dev/null http://127.0.0.1:5080/; then break; fi
        kill -0 "$judge" || exit 1
        sleep 1
    done
    answer=$(bash -euc "$sending")
    echo "$answer"
    [[ $answer == *'"verdict":"Accepted"'* ]]
)

# The time of the walk begins when no other leg runs as that user.
walk_from_clone() (
    as_user "$1" true && cd "$(clone_of "$1")" && walk as_user "$1"
)

check "walk as root" walk env "XDG_DATA_HOME=$WORK/home/root"
check "walk from a clone of a user without subordinate ids" walk_from_clone "$(user_without_ids)"
exit "${failed:-0}"
