# The suite as root, by the command that the README gives to newcomers. The build runs the analyzers.
source "$REPO/.ci/lib.sh"

command=$(grep -m1 -E '^dotnet test( |$)' README.md)
echo "-- $command"
export ISOLATION_REQUIRE=root,userns,subids,program,cgroups
# What must be left of so many launches in a row is nothing.
export ISOLATION_STRESS_LAUNCHES=2000
unset RunAnalyzers
dotnet build Isolation.sln
# One project at a time: what is measured in a test must not be measured beside another test.
$command -m:1 --logger trx --results-directory "$results"
