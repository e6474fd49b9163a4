namespace Isolation;

/// <summary>Validates each kind of <see cref="MountEntry"/>.</summary>
internal static class MountEntryRules
{
    /// <summary>NR_UNIX98_PTY_MAX of linux/major.h and tty.h.</summary>
    private const int MostTerminals = 1 << 20;

    public static void Check(int index, MountEntry entry, NamespaceSet? namespaces, ref ErrorList errors)
    {
        switch (entry)
        {
            case BindMount bind:
                Check(index, bind, namespaces, ref errors);
                break;
            case TemporaryMount temporary:
                Check(index, temporary, ref errors);
                break;
            case DeviceMount device:
                Check(index, device, ref errors);
                break;
            case ProcMount proc:
                Check(index, proc, namespaces, ref errors);
                break;
            case SysMount when namespaces?.Network is HostNamespace:
                errors.Add($"Mounts[{index}]", "sysfs requires a network namespace other than the host's.");
                break;
            case MessageQueueMount when namespaces?.Ipc is HostNamespace:
                errors.Add($"Mounts[{index}]", "Message queues require an IPC namespace other than the host's.");
                break;
            case FileEntry file:
                MountListRules.Add(index, nameof(file.Mode), EnumRules.FindFault(file.Mode), ref errors);
                MountListRules.Add(index, nameof(file.Owner), EnumRules.FindFault(file.Owner), ref errors);
                break;
            case DirectoryEntry directory:
                MountListRules.Add(index, nameof(directory.Mode), EnumRules.FindFault(directory.Mode), ref errors);
                MountListRules.Add(index, nameof(directory.Owner), EnumRules.FindFault(directory.Owner), ref errors);
                break;
            case SymbolicLinkEntry link:
                MountListRules.Add(index, nameof(link.LinkText), PathRules.FindFault(link.LinkText), ref errors);
                break;
        }
    }

    private static void Check(int index, BindMount bind, NamespaceSet? namespaces, ref ErrorList errors)
    {
        MountListRules.Add(index, nameof(bind.Source), PathRules.FindAbsoluteFault(bind.Source), ref errors);
        MountListRules.Add(index, nameof(bind.Access), EnumRules.FindFault(bind.Access), ref errors);
        MountListRules.Add(index, nameof(bind.Options), EnumRules.FindFault(bind.Options), ref errors);
        MountListRules.Add(index, nameof(bind.Scope), EnumRules.FindFault(bind.Scope), ref errors);
        MountListRules.Add(index, nameof(bind.Propagation), EnumRules.FindFault(bind.Propagation), ref errors);
        MountListRules.Add(index, nameof(bind.Ownership), EnumRules.FindFault(bind.Ownership), ref errors);
        if (bind.IncludesLinkTargets && bind.Source != bind.Target)
        {
            MountListRules.Add(
                index, nameof(bind.IncludesLinkTargets), "Requires that the source and the target are the same path.",
                ref errors);
        }

        if (bind.Ownership == MountOwnership.Mapped && namespaces?.User is HostNamespace)
        {
            MountListRules.Add(
                index, nameof(bind.Ownership), "Mapping owners requires a user namespace other than the host's.",
                ref errors);
        }
    }

    private static void Check(int index, TemporaryMount temporary, ref ErrorList errors)
    {
        MountListRules.Add(index, nameof(temporary.Size), RootRules.FindSizeFault(temporary.Size), ref errors);
        if (temporary.Inodes <= 0)
        {
            MountListRules.Add(
                index, nameof(temporary.Inodes), $"Must be more than 0, but is {temporary.Inodes}.", ref errors);
        }

        MountListRules.Add(index, nameof(temporary.Mode), EnumRules.FindFault(temporary.Mode), ref errors);
        MountListRules.Add(index, nameof(temporary.Options), EnumRules.FindFault(temporary.Options), ref errors);
    }

    private static void Check(int index, DeviceMount device, ref ErrorList errors)
    {
        if (device.SharedMemorySize < 0)
        {
            MountListRules.Add(
                index, nameof(device.SharedMemorySize), $"Must be 0 or more bytes, but is {device.SharedMemorySize}.",
                ref errors);
        }

        if (device.MaximumTerminals is < 1 or > MostTerminals)
        {
            MountListRules.Add(
                index, nameof(device.MaximumTerminals),
                $"Must be 1 to {MostTerminals}, but is {device.MaximumTerminals}.",
                ref errors);
        }

        MountListRules.Add(index, nameof(device.Terminals), EnumRules.FindFault(device.Terminals), ref errors);
    }

    private static void Check(int index, ProcMount proc, NamespaceSet? namespaces, ref ErrorList errors)
    {
        if (namespaces?.Pid is HostNamespace)
        {
            errors.Add(
                $"Mounts[{index}]",
                "proc requires a PID namespace other than the host's; otherwise it would show the host's processes.");
        }

        MountListRules.Add(index, nameof(proc.Visibility), EnumRules.FindFault(proc.Visibility), ref errors);
        MountListRules.Add(index, nameof(proc.Content), EnumRules.FindFault(proc.Content), ref errors);
        MountListRules.Add(index, nameof(proc.Access), EnumRules.FindFault(proc.Access), ref errors);
    }
}
