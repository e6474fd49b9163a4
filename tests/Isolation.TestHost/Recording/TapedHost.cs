using System.Globalization;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;
using Isolation.Linux.Parts;
using Isolation.Linux.Probing;

namespace Isolation.TestHost.Recording;

/// <summary>Represents a host whose answers go through a tape.</summary>
internal static class TapedHost
{
    internal static PlanningHost Create(HostTape tape)
    {
        TapedFiles files = new(tape);
        TapedProbes probes = new(tape);
        ProcessCredentials credentials = Credentials(tape);
        return new PlanningHost
        {
            Files = files,
            Links = new TapedLinks(tape),
            Credentials = credentials,
            Probes = probes,
            Namespaces = new NamespaceProbe(files, credentials, probes),
            Cgroups = new NoDelegation(),
            Landlock = probes.LandlockOf(static () => LandlockSupport.Current),
        };
    }

    private static ProcessCredentials Credentials(HostTape tape)
    {
        return new ProcessCredentials
        {
            UserId = (uint)Number("user", static own => own.UserId),
            GroupId = (uint)Number("group", static own => own.GroupId),
            Capabilities = Number("capabilities", static own => own.Capabilities),
            MayMount = Number("may mount", static own => own.MayMount ? 1 : 0) == 1,
            MayMapAnyIds = Number("may map any ids", static own => own.MayMapAnyIds ? 1 : 0) == 1,
        };

        long Number(string name, Func<ProcessCredentials, long> ask) => long.Parse(
            tape.Answer(
                $"credentials: {name}",
                () => ask(ProcessCredentials.Current).ToString(CultureInfo.InvariantCulture))!,
            CultureInfo.InvariantCulture);
    }

    /// <summary>Fails when a plan changes the host.</summary>
    private sealed class NoDelegation : ICgroupDelegation
    {
        public Obstacle? LeaveGroup(string directory) =>
            throw new InvalidOperationException("A plan does not move the application.");

        public string? FindScope(string ownGroup, Func<string, string?> locate, out Obstacle? obstacle) =>
            throw new InvalidOperationException("A plan does not request a scope.");

        public bool IsUsable(string directory) => true;
    }
}
