using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Isolation.Linux.Host;

namespace Isolation.Linux.Probing;

/// <summary>Probes the features of a host without creating a sandbox.</summary>
internal sealed class HostProbe
{
    private static readonly Lazy<HostProbe> Shared = new(Create);

    private readonly HostFiles _files;
    private readonly ProcessCredentials _facts;
    private readonly IKernelProbes _trials;
    private readonly FeatureSupport _platform;
    private readonly Lazy<IsolationSupport> _support;

    internal HostProbe(HostFiles files, ProcessCredentials facts, IKernelProbes trials, FeatureSupport platform)
    {
        _files = files;
        _facts = facts;
        _trials = trials;
        _platform = platform;
        Namespaces = new NamespaceProbe(files, facts, trials);
        _support = new Lazy<IsolationSupport>(Find);
    }

    /// <summary>Gets the probe of this host, which caches its results.</summary>
    internal static HostProbe Current => Shared.Value;

    internal NamespaceProbe Namespaces { get; }

    internal IsolationSupport Support => _support.Value;

    private static HostProbe Create()
    {
        bool isLinux = OperatingSystem.IsLinux();
        return new HostProbe(
            HostFiles.Current,
            isLinux
                ? ProcessCredentials.Current
                : new ProcessCredentials { UserId = 0, GroupId = 0, MayMount = false, MayMapAnyIds = false },
            new KernelProbes(),
            PlatformProbe.Find(HostFiles.Current, isLinux, RuntimeInformation.ProcessArchitecture));
    }

    private IsolationSupport Find()
    {
        if (!_platform.IsSupported)
        {
            // No other feature can be probed.
            return new IsolationSupport(
                [_platform, .. Enum.GetValues<IsolationFeature>().Where(feature => feature != IsolationFeature.Platform)
                    .Select(feature => _platform with { Feature = feature })]);
        }

        ImmutableArray<FeatureSupport>.Builder found = ImmutableArray.CreateBuilder<FeatureSupport>();
        found.Add(_platform);
        found.AddRange(NamespaceKind.All.Select(Namespaces.Support).OrderBy(support => support.Feature));
        IdMapProbe ids = new(_files, _facts, Namespaces);
        found.Add(ids.FindAny());
        found.Add(ids.FindSubordinate());
        MountProbe mounts = new(_files, _facts, Namespaces, _trials);
        found.Add(mounts.FindProc());
        found.Add(mounts.FindOverlay());
        found.Add(mounts.FindRecursiveReadOnly());
        found.Add(mounts.FindMapped());
        found.Add(MemoryFileProbe.Find(_files, _trials));
        found.Add(CgroupProbe.Find(_files, _facts));
        found.Add(_trials.FindLandlock().ForProbe());
        return new IsolationSupport(found.ToImmutable());
    }
}
