# The library inside a native AOT program: a warning of the trimmer or the compiler is an error, and the program runs.
source "$REPO/.ci/lib.sh"

out=$WORK/aot
check publish dotnet publish tests/Isolation.AotProgram -c Release -o "$out"
chmod -R go+rX "$out"
check "run as root" "$out/Isolation.AotProgram"
check "run as a user with subordinate ids" as_user "$(user_with_ids)" "$out/Isolation.AotProgram"
check "run as a user without" as_user "$(user_without_ids)" "$out/Isolation.AotProgram"
