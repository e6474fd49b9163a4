namespace Isolation;

/// <summary>The rules for <see cref="NamespaceSet"/>.</summary>
internal static class NamespaceRules
{
    public static void Check(NamespaceSet? set, ref MistakeList mistakes)
    {
        if (set is null)
        {
            mistakes.Add(nameof(SandboxSpecification.Namespaces), "Is null.");
            return;
        }

        Check(nameof(NamespaceSet.User), set.User, ref mistakes);
        Check(nameof(NamespaceSet.Mount), set.Mount, ref mistakes);
        Check(nameof(NamespaceSet.Pid), set.Pid, ref mistakes);
        Check(nameof(NamespaceSet.Network), set.Network, ref mistakes);
        Check(nameof(NamespaceSet.Ipc), set.Ipc, ref mistakes);
        Check(nameof(NamespaceSet.Uts), set.Uts, ref mistakes);
        Check(nameof(NamespaceSet.Cgroup), set.Cgroup, ref mistakes);
        Check(nameof(NamespaceSet.Time), set.Time, ref mistakes);
    }

    private static void Check(string kind, NamespaceSource? source, ref MistakeList mistakes)
    {
        string? fault = source switch
        {
            null => "Is null.",
            NewNamespace made => EnumRules.FindFault(made.Requirement),
            JoinedByPath joined => PathRules.FindAbsoluteFault(joined.Path),
            JoinedFromProcess { ProcessId: <= 0 } joined => $"Must be the id of a process, but is {joined.ProcessId}.",
            _ => null,
        };
        if (fault is not null)
        {
            mistakes.Add($"{nameof(SandboxSpecification.Namespaces)}.{kind}", fault);
        }
    }
}
