# What depends on the user, as an ordinary user who has no ids but the own one.
source "$REPO/.ci/lib.sh"

export ISOLATION_REQUIRE=not-root,userns,no-subids,program
run_suite_as "$(user_without_ids)"
