using System.Globalization;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Probing;

/// <summary>Tries, once for each kind, whether namespaces can be created.</summary>
internal sealed class NamespaceProbe
{
    /// <summary>
    /// The first kernel in which a process that shares its parent's memory enters its time namespace when it executes a
    /// program ("fs/exec: switch timens when a task gets a new mm"). On older kernels the offsets cannot be set.
    /// </summary>
    internal static readonly Version OldestKernelForTime = new(6, 2);

    private readonly HostFiles _files;
    private readonly ProcessCredentials _facts;
    private readonly Dictionary<Namespaces, Lazy<Obstacle?>> _found;

    internal NamespaceProbe(HostFiles files, ProcessCredentials facts, IKernelProbes trials)
    {
        _files = files;
        _facts = facts;
        _found = NamespaceKind.All.ToDictionary(
            kind => kind.Kind, kind => new Lazy<Obstacle?>(() => FindBySwitch(kind) ?? Try(kind, trials)));
    }

    internal bool HasUserNamespaces => Find(NamespaceKind.Of(Namespaces.User)) is null;

    /// <summary>
    /// Gets the reason why a namespace cannot be created, with a user namespace if necessary; null if it can.
    /// </summary>
    internal Obstacle? Find(NamespaceKind kind) => _found[kind.Kind].Value;

    /// <summary>Gets the reason, from files alone, why a namespace cannot be created.</summary>
    internal Obstacle? FindBySwitch(NamespaceKind kind)
    {
        if (!_files.Exists($"/proc/self/ns/{kind.File}"))
        {
            return new(
                $"This kernel has no {kind.Word} namespaces.",
                $"Use a kernel built with CONFIG_{Option(kind)}.");
        }

        if (_files.Is($"/proc/sys/user/{kind.Limit}", "0"))
        {
            return new(
                $"No {kind.Word} namespaces can be created: user.{kind.Limit} is 0.",
                $"sysctl -w user.{kind.Limit}=100000");
        }

        if (kind.Kind == Namespaces.Time && PlatformProbe.ReadKernelVersion(_files) is var version
            && version < OldestKernelForTime)
        {
            return new(
                $"Clock offsets require kernel {OldestKernelForTime} or newer; this is {version}.",
                $"Use a kernel of version {OldestKernelForTime} or newer.");
        }

        return kind.Kind == Namespaces.User ? UserNamespaceSwitches.Find(_files, _facts) : null;
    }

    internal FeatureSupport Support(NamespaceKind kind)
    {
        if (Find(kind) is { } obstacle)
        {
            return obstacle.For(kind.Feature);
        }

        string limit = _files.ReadText($"/proc/sys/user/{kind.Limit}") is { } text
            && long.TryParse(text, CultureInfo.InvariantCulture, out long most)
            ? string.Create(CultureInfo.InvariantCulture, $", at most {most} of them (user.{kind.Limit})")
            : "";
        string how = kind.Kind == Namespaces.User ? "" : HasUserNamespaces
            ? " together with a user namespace"
            : " with root privileges";
        return new(kind.Feature, true, $"Can be created{how}{limit}.", null);
    }

    private static string Option(NamespaceKind kind) => kind.Kind switch
    {
        Namespaces.Mount => "NAMESPACES",
        Namespaces.Cgroup => "CGROUPS",
        _ => $"{kind.File.ToUpperInvariant()}_NS",
    };

    private Obstacle? Try(NamespaceKind kind, IKernelProbes trials)
    {
        if (kind.Kind == Namespaces.User)
        {
            int refusal = trials.TryNamespaces(Namespaces.User, out string? first);
            return refusal == 0 ? null : UserNamespaceSwitches.Explain(_files, _facts, refusal, first);
        }

        if (!HasUserNamespaces && !_facts.MayMount)
        {
            Obstacle user = Find(NamespaceKind.Of(Namespaces.User))!;
            return new($"An unprivileged user requires a user namespace. {user.Reason}", user.Remedy);
        }

        int error = trials.TryNamespaces(
            kind.Kind | (HasUserNamespaces ? Namespaces.User : Namespaces.None), out string? call);
        return error switch
        {
            0 => null,
            Errno.ENOSPC => new(
                $"No more {kind.Word} namespaces can be created (ENOSPC): the limit user.{kind.Limit} is reached.",
                $"Raise the limit: sysctl -w user.{kind.Limit}=100000"),
            Errno.EINVAL =>
                new($"This kernel has no {kind.Word} namespaces (EINVAL).",
                    $"Use a kernel built with CONFIG_{Option(kind)}."),
            _ => UserNamespaceSwitches.Explain(_files, _facts, error, call),
        };
    }
}
