using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.State;

/// <summary>
/// Represents the recorded state of a detached sandbox while it belongs to this process: what the next application
/// needs if this one is killed at any moment.
/// </summary>
internal sealed class DetachedRecord : IDisposable
{
    private const string StateFile = "state.json";
    private const string SpecificationFile = "specification.json";
    private const string ReportFile = "report.json";
    private const string CgroupsFile = "cgroups.json";
    private const string LimitsFile = "limits.json";

    /// <summary>
    /// Called at each step that changes what the next application finds, for tests that end this one there.
    /// </summary>
    internal static Action<string>? Reached { get; set; }

    private readonly SandboxDirectory _directory;
    private readonly SafeFileHandle _table;
    private int _isReleased;

    /// <summary>Takes over a directory.</summary>
    internal DetachedRecord(SandboxDirectory directory)
    {
        _directory = directory;
        try
        {
            _table = directory.OpenTable();
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Gets the directory.</summary>
    internal SandboxDirectory Directory => _directory;

    /// <summary>Gets the numbers of the recorded commands, in the order of their start.</summary>
    internal ImmutableArray<long> Commands => [.. _directory.Commands];

    private bool IsReleased => Volatile.Read(ref _isReleased) != 0;

    /// <summary>Records a sandbox that is set up. From now on, an application can attach to it.</summary>
    internal void Complete(SandboxState state, SandboxSpecification specification, SandboxReport report)
    {
        _directory.Write(SpecificationFile, SpecificationJson.Write(specification));
        _directory.Write(ReportFile, ReportJson.Write(report));
        _directory.Write(StateFile, state.Write());
    }

    /// <summary>Reads the state; null if the sandbox was never complete.</summary>
    internal static SandboxState? ReadState(SandboxDirectory directory) =>
        directory.Read(StateFile) is { } content ? SandboxState.Read(content) : null;

    /// <summary>Reads the state of a sandbox that belongs to another process; null if it is not complete.</summary>
    internal static SandboxState? PeekState(StateDirectory states, string id) =>
        SandboxDirectory.Peek(states, id, StateFile) is { } content ? SandboxState.Read(content) : null;

    /// <summary>Reads the cgroups; null if the sandbox has none.</summary>
    internal static CgroupsState? ReadCgroups(SandboxDirectory directory) =>
        directory.Read(CgroupsFile) is { } content ? CgroupsState.Read(content) : null;

    internal SandboxSpecification ReadSpecification() => SpecificationJson.Read(Require(SpecificationFile));

    internal SandboxReport ReadReport() => ReportJson.Read(Require(ReportFile));

    /// <summary>Reads the limits that replaced those of the specification; null if none did.</summary>
    internal SandboxLimits? ReadLimits() =>
        _directory.Read(LimitsFile) is { } content ? LimitsJson.Read(content) : null;

    /// <summary>Records the cgroups before they are created.</summary>
    internal void Write(string name, IEnumerable<CgroupHierarchy> hierarchies) =>
        _directory.Write(CgroupsFile, CgroupsState.Of(name, hierarchies).Write());

    internal void Write(SandboxLimits limits) => _directory.Write(LimitsFile, LimitsJson.Write(limits));

    /// <summary>Records a command before it is sent, and clears its slot in the table.</summary>
    internal void Begin(CommandState command)
    {
        RandomAccess.Write(_table, new byte[ExitTable.SlotSize], ExitTable.Start(command.Entry));
        Reached?.Invoke("clear a slot");
        _directory.Write(SandboxDirectory.CommandFile(command.Number), command.Write());
    }

    /// <summary>Reads a command; null if its record is incomplete, so that it was never sent.</summary>
    internal CommandState? ReadCommand(long number)
    {
        try
        {
            return _directory.Read(SandboxDirectory.CommandFile(number)) is { } content
                ? CommandState.Read(content)
                : null;
        }
        catch (SandboxException)
        {
            return null;
        }
    }

    /// <summary>Forgets a command whose result was delivered.</summary>
    internal void Forget(long number)
    {
        if (!IsReleased)
        {
            _directory.Remove(SandboxDirectory.CommandFile(number));
            Reached?.Invoke("forget a command");
        }
    }

    /// <summary>Reads a slot of the table; null if the record is released.</summary>
    internal byte[]? TryReadSlot(int entry)
    {
        using HeldDescriptor held = new(_table);
        if (!held.IsOpen)
        {
            return null;
        }

        byte[] slot = new byte[ExitTable.SlotSize];
        RandomAccess.Read(_table, slot, ExitTable.Start(entry));
        return slot;
    }

    /// <summary>Removes the record of a sandbox that has ended.</summary>
    internal void Remove()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            _table.Dispose();
            _directory.Remove();
        }
    }

    /// <summary>Leaves the record to the next application.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            _table.Dispose();
            _directory.Dispose();
        }
    }

    private byte[] Require(string name) => _directory.Read(name)
        ?? throw new SandboxException($"The state of the sandbox in {_directory.Path} is damaged: {name} is missing.");
}
