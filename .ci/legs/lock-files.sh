# Lock files that no longer fit the projects. Formatting and style are analyzers of the build (IDE0055 and others).
source "$REPO/.ci/lib.sh"

check "lock files" dotnet restore Isolation.sln --locked-mode
