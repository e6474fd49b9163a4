using System.Collections.Immutable;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Landlock;

/// <summary>Sandboxes under Landlock, and scripts that tell what was refused.</summary>
internal static class Restricted
{
    /// <summary>The file rules that python3 needs.</summary>
    internal static ImmutableArray<LandlockFileRule> Programs { get; } =
        [.. new[] { "/usr", "/bin", "/lib", "/lib64" }.Select(
            path => new LandlockFileRule(path, LandlockFileAccess.ReadExecute) { Requirement = Requirement.Prefer })];

    /// <summary>A sandbox whose only defence of files is Landlock: it sees the host's root file system.</summary>
    internal static SandboxSpecification Alone(LandlockPolicy policy) =>
        new()
        {
            Root = new ChrootRoot("/"),
            Namespaces = NamespaceSet.NewOnly(Namespaces.User | Namespaces.Pid | Namespaces.Network),
            Landlock = policy,
        };

    internal static SandboxSpecification Mounted(LandlockPolicy policy, params ImmutableArray<MountEntry> more) =>
        Guest.Specification(more) with { Landlock = policy };

    /// <summary>A command that does a thing and prints <c>done</c>, or the name of the error.</summary>
    internal static SandboxCommand Attempt(string statement, params ImmutableArray<string> arguments) =>
        Guest.Python(
            $"""
            import ctypes, errno, fcntl, os, signal, socket, stat, sys
            D = sys.argv[1] if len(sys.argv) > 1 else ''
            try:
                {statement}
                print('done')
            except OSError as error:
                print(errno.errorcode[error.errno])
            """,
            arguments);

    internal static void Require(int abi)
    {
        Guest.RequirePython();
        Requires.UserNamespaces();
        FeatureSupport support = Guest.Provider.Support[IsolationFeature.Landlock];
        int found = support.IsSupported
            ? int.Parse(support.Detail.Split(' ', '.', ',')[2], System.Globalization.CultureInfo.InvariantCulture)
            : 0;
        Requires.That($"landlock:{abi}", found >= abi, $"Landlock ABI {abi} is needed: {support.Detail}");
    }
}
