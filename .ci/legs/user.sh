# What depends on the user, as an ordinary user who may map a range of ids.
source "$REPO/.ci/lib.sh"

export ISOLATION_REQUIRE=not-root,userns,subids,program
run_suite_as "$(user_with_ids)"
