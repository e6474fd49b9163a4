# The application with plug-ins, by the command that docs/plugins.md gives: as root, and from clones that are ordinary users' own.
# It fails if an attack gets through. The output that the page shows must be in it, whatever the width of the columns.
source "$REPO/.ci/lib.sh"

command=$(grep -m1 -E '^dotnet run --project examples/PluginHost( |$)' docs/plugins.md)
shown=$WORK/plugin-host.txt
awk '/^dotnet run --project examples\/PluginHost/ { found = 1 } found && /^```$/ && inside { exit } inside { print } found && /^```text$/ { inside = 1 }' docs/plugins.md >"$shown"

run_and_compare() {
    local output line code=0
    output=$("$@" 2>&1) || code=$?
    echo "$output"
    [ -s "$shown" ] || { echo "docs/plugins.md shows no output of it"; return 1; }
    output=$(tr -s ' ' <<<"$output")
    while IFS= read -r line; do
        grep -qxF -- "$line" <<<"$output" || { echo "docs/plugins.md shows a line that is not in the output: $line"; code=1; }
    done < <(tr -s ' ' <"$shown" | grep -v '^…$')
    return "$code"
}

plugin_host_as() (
    cd "$(clone_of "$1")" && run_and_compare as_user "$1" $command
)

check "run as root" run_and_compare $command
check "run from a clone of a user with subordinate ids" plugin_host_as "$(user_with_ids)"
check "run from a clone of a user without" plugin_host_as "$(user_without_ids)"
