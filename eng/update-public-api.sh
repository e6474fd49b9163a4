#!/bin/sh
# Rewrites PublicAPI.Unshipped.txt of a library from what the analyzer says is missing or gone. Read the diff before you commit it.
#   eng/update-public-api.sh src/Isolation.Core
set -eu
file=$1/PublicAPI.Unshipped.txt
echo '#nullable enable' > "$file"
dotnet build "$1" --no-incremental 2>&1 |
  sed -n "s/.*error RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" | LC_ALL=C sort -u >> "$file"
dotnet build "$1" --no-incremental 2>&1 | sed -n 's/.*\(error [A-Z0-9]*: .*\) \[.*/\1/p' | sort -u
