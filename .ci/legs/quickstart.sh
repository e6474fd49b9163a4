# The main job, by the command that the README gives to newcomers, and the example whose owner is killed: as root, and
# from a clone that is an ordinary user's own.
source "$REPO/.ci/lib.sh"

command=$(grep -m1 -E '^dotnet run --project examples/Quickstart( |$)' README.md)
detached="dotnet run --project examples/Detached"
quickstart_as() (
    cd "$(clone_of "$1")" && as_user "$1" $command && as_user "$1" $detached
)

check "run as root" $command
check "kill the owner of a detached sandbox as root" $detached
check "run from a clone of a user with subordinate ids" quickstart_as "$(user_with_ids)"
check "run from a clone of a user without" quickstart_as "$(user_without_ids)"
