namespace Isolation;

/// <summary>Validates <see cref="NamespaceSet"/>.</summary>
internal static class NamespaceRules
{
    public static void Check(NamespaceSet? set, ref ErrorList errors)
    {
        if (set is null)
        {
            errors.Add(nameof(SandboxSpecification.Namespaces), "Is null.");
            return;
        }

        Check(nameof(NamespaceSet.User), set.User, ref errors);
        Check(nameof(NamespaceSet.Mount), set.Mount, ref errors);
        Check(nameof(NamespaceSet.Pid), set.Pid, ref errors);
        Check(nameof(NamespaceSet.Network), set.Network, ref errors);
        Check(nameof(NamespaceSet.Ipc), set.Ipc, ref errors);
        Check(nameof(NamespaceSet.Uts), set.Uts, ref errors);
        Check(nameof(NamespaceSet.Cgroup), set.Cgroup, ref errors);
        Check(nameof(NamespaceSet.Time), set.Time, ref errors);
    }

    private static void Check(string kind, NamespaceSource? source, ref ErrorList errors)
    {
        string? fault = source switch
        {
            null => "Is null.",
            NewNamespace made => EnumRules.FindFault(made.Requirement),
            JoinedByPath joined => PathRules.FindAbsoluteFault(joined.Path),
            JoinedFromProcess { ProcessId: <= 0 } joined => $"Must be a process id, but is {joined.ProcessId}.",
            _ => null,
        };
        if (fault is not null)
        {
            errors.Add($"{nameof(SandboxSpecification.Namespaces)}.{kind}", fault);
        }
    }
}
