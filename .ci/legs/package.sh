# The packages, taken by a program that knows nothing of this repository but its nuget.config.
source "$REPO/.ci/lib.sh"

rm -f artifacts/packages/*.nupkg artifacts/packages/*.snupkg
check pack dotnet pack Isolation.sln -c Release

# What a user sees of a package that lacks one of these is a broken page in the registry or no help in the editor.
contents() {
    local package name entry listing
    for name in Isolation Isolation.Abstractions Isolation.Core Isolation.Linux Isolation.Testing Isolation.Plugins Isolation.Plugins.Contracts; do
        package=$(ls artifacts/packages/"$name".[0-9]*.nupkg)
        listing=$(python3 -m zipfile -l "$package")
        for entry in README.md LICENSE icon.png "lib/net10.0/$name.dll" "lib/net10.0/$name.xml"; do
            grep -q "^$entry " <<<"$listing" || { echo "$package lacks $entry"; return 1; }
        done
        [ "$name" != Isolation.Linux ] || grep -q '^seccomp/isolation.json ' <<<"$listing" || { echo "$package lacks the profile"; return 1; }
        ! python3 -m zipfile -e "$package" "$WORK/$name" || ! grep -n ']([^h#]' "$WORK/$name/README.md" ||
            { echo "$package has relative links in its README"; return 1; }
        [ -f "${package%.nupkg}.snupkg" ] || { echo "$package has no symbols"; return 1; }
    done
}
check "contents of the packages" contents

consumer=$WORK/consumer
mkdir -p "$consumer/artifacts" "$WORK/fallback"
cp tests/PackageConsumer/*.cs tests/PackageConsumer/*.csproj nuget.config "$consumer"
cp -r artifacts/packages "$consumer/artifacts"

# The cache is empty, so a package of an earlier build cannot stand in for the new one; other people's packages are taken
# from the machine's cache.
cache=$(dotnet nuget locals global-packages --list | sed 's/^global-packages: //')
for directory in "$cache"/*; do
    [[ $(basename "$directory") == isolation.* ]] || ln -s "$directory" "$WORK/fallback/"
done
build_consumer() {
    cd "$consumer"
    NUGET_PACKAGES=$WORK/packages NUGET_FALLBACK_PACKAGES=$WORK/fallback dotnet build PackageConsumer.csproj -c Release -o "$consumer/out"
}
check "build the consumer" build_consumer
cd "$REPO"
chmod -R go+rX "$consumer"

# What a newcomer does: the first program of the README, in an empty directory, with the one package.
first=$WORK/first
readme_program() {
    mkdir -p "$first/artifacts"
    cp nuget.config "$first"
    cp -r artifacts/packages "$first/artifacts"
    awk '/^```csharp$/ { inside = 1; next } /^```$/ { if (inside) exit } inside' README.md >"$first/Program.cs"
    cat >"$first/First.csproj" <<'END'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Isolation" Version="*-*" />
  </ItemGroup>
</Project>
END
    cd "$first"
    NUGET_PACKAGES=$WORK/packages NUGET_FALLBACK_PACKAGES=$WORK/fallback dotnet build First.csproj -c Release -o "$first/out" || return 1
    chmod -R go+rX "$first"
}
check "build the first program of the README" readme_program
cd "$REPO"
first_program() { [ "$("$@" "$first/out/First")" = $'Completed, exit code 0\nsandbox\nHello' ]; }
check "the first program as root" first_program
check "the first program as a user with subordinate ids" first_program as_user "$(user_with_ids)"
check "the first program as a user without" first_program as_user "$(user_without_ids)"

check "run as root" "$consumer/out/PackageConsumer"
check "run as a user with subordinate ids" as_user "$(user_with_ids)" "$consumer/out/PackageConsumer"
check "run as a user without" as_user "$(user_without_ids)" "$consumer/out/PackageConsumer"
