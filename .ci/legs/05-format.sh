# What the compiler does not see: layout of the code, and lock files that no longer fit the projects.
# Before all others: their restore would bring the lock files up to date.
source "$REPO/.ci/lib.sh"

check "lock files" dotnet restore Isolation.sln --locked-mode
check whitespace dotnet format whitespace Isolation.sln --verify-no-changes --no-restore
check style dotnet format style Isolation.sln --verify-no-changes --no-restore
