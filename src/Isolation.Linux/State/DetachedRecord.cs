using System.Collections.Immutable;
using Isolation.Linux.Cgroups.Plans;
using Isolation.Linux.Errors;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.State.Json;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.State;

/// <summary>
/// Represents the recorded state of a detached sandbox while it belongs to this process: what the next application
/// needs if this one is killed at any moment. Once the record is released, it is no longer changed.
/// </summary>
internal sealed class DetachedRecord : ISandboxRecord, IDisposable
{
    private const string StateFile = "state.json";
    private const string SpecificationFile = "specification.json";
    private const string ReportFile = "report.json";
    private const string CgroupsFile = "cgroups.json";
    private const string LimitsFile = "limits.json";

    /// <summary>Gets the names of the files, without those of commands.</summary>
    internal static IReadOnlyCollection<string> Files { get; } =
        [StateFile, SpecificationFile, ReportFile, CgroupsFile, LimitsFile];

    private readonly Lock _changing = new();
    private readonly SandboxDirectory _directory;
    private readonly SafeFileHandle _table;
    private bool _isReleased;

    private DetachedRecord(SandboxDirectory directory, FileMode table)
    {
        _directory = directory;
        _table = directory.OpenTable(table);
    }

    /// <summary>
    /// Called at each step that changes what the next application finds, for tests that end this one there.
    /// </summary>
    internal static Action<string>? Reached { get; set; }

    /// <summary>Gets the directory.</summary>
    internal SandboxDirectory Directory => _directory;

    /// <summary>Begins the record of a new sandbox in a directory, which is removed if that fails.</summary>
    internal static DetachedRecord Create(SandboxDirectory directory)
    {
        try
        {
            return new DetachedRecord(directory, FileMode.CreateNew);
        }
        catch
        {
            directory.Remove();
            throw;
        }
    }

    /// <summary>Opens the record of a sandbox.</summary>
    /// <exception cref="SandboxException">A part is missing.</exception>
    internal static DetachedRecord Open(SandboxDirectory directory) => new(directory, FileMode.Open);

    /// <summary>Reads the state; null if the sandbox was never complete.</summary>
    internal static SandboxState? ReadState(SandboxDirectory directory) =>
        directory.Read(StateFile) is { } content ? SandboxState.Read(content) : null;

    /// <summary>
    /// Reads the state of a sandbox that belongs to another process; null if it is not complete, or not readable.
    /// </summary>
    internal static SandboxState? PeekState(StateDirectory states, string id)
    {
        try
        {
            return SandboxDirectory.Peek(states, id, StateFile) is { } content ? SandboxState.Read(content) : null;
        }
        catch (SandboxException)
        {
            return null;
        }
    }

    /// <summary>Reads the cgroups; null if the sandbox has none.</summary>
    internal static CgroupsState? ReadCgroups(SandboxDirectory directory) =>
        directory.Read(CgroupsFile) is { } content ? CgroupsState.Read(content) : null;

    /// <summary>Reads the cgroups; null if the sandbox has none, or if they cannot be read.</summary>
    internal static CgroupsState? TryReadCgroups(SandboxDirectory directory)
    {
        try
        {
            return ReadCgroups(directory);
        }
        catch (SandboxException)
        {
            // SweepDetached finds them by their names.
            return null;
        }
    }

    /// <summary>Returns whether there is a state file, even if it is damaged.</summary>
    internal static bool HasState(SandboxDirectory directory) => directory.Contains(StateFile);

    /// <summary>Reads the identity of init from a state file that may be damaged otherwise.</summary>
    internal static ProcessIdentity? FindInit(SandboxDirectory directory)
    {
        try
        {
            return directory.Read(StateFile) is { } content ? SandboxState.FindInit(content) : null;
        }
        catch (SandboxException)
        {
            return null;
        }
    }

    /// <summary>Records a sandbox that is set up. From now on, an application can attach to it.</summary>
    internal void Complete(SandboxState state, SandboxSpecification specification, SandboxReport report)
    {
        Write(SpecificationFile, SpecificationJson.Write(specification));
        Write(ReportFile, ReportJson.Write(report));
        Write(StateFile, state.Write());
    }

    internal SandboxSpecification ReadSpecification() => SpecificationJson.Read(Require(SpecificationFile));

    internal SandboxReport ReadReport() => ReportJson.Read(Require(ReportFile));

    /// <summary>Reads the limits that replaced those of the specification; null if none did.</summary>
    internal SandboxLimits? ReadLimits() =>
        _directory.Read(LimitsFile) is { } content ? LimitsJson.Read(content) : null;

    /// <summary>Reads the commands in the order of their start, and forgets those that were never sent.</summary>
    internal ImmutableArray<CommandState> ReadCommands()
    {
        ImmutableArray<CommandState>.Builder commands = ImmutableArray.CreateBuilder<CommandState>();
        foreach (long number in _directory.Commands.ToArray())
        {
            if (ReadCommand(number) is { } command)
            {
                commands.Add(command);
            }
            else
            {
                Forget(number);
            }
        }

        return commands.ToImmutable();
    }

    public void Write(string name, IEnumerable<CgroupHierarchy> hierarchies) =>
        Write(CgroupsFile, CgroupsState.Of(name, hierarchies).Write());

    public int CreateListener() => _directory.CreateListener();

    public int OpenExitTable() => (int)SandboxErrors.Check(
        Kernel.openat(Kernel.AtFdcwd, _directory.TablePath, Kernel.ORdwr | Kernel.OCloexec), "open",
        _directory.TablePath);

    internal void Write(SandboxLimits limits) => Write(LimitsFile, LimitsJson.Write(limits));

    /// <summary>Records a command before it is sent, and clears its slot in the table.</summary>
    internal void Begin(CommandState command)
    {
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_isReleased, typeof(ISandbox));
            try
            {
                RandomAccess.Write(_table, new byte[ExitTable.SlotSize], ExitTable.Start(command.Entry));
            }
            catch (IOException exception)
            {
                throw new SandboxException(
                    $"Cannot record the command in {_directory.TablePath}: {exception.Message}", exception);
            }

            Reached?.Invoke("clear a slot");
            _directory.Write(SandboxDirectory.CommandFile(command.Number), command.Write());
        }
    }

    /// <summary>Forgets a command whose result was delivered.</summary>
    internal void Forget(long number)
    {
        lock (_changing)
        {
            if (!_isReleased)
            {
                _directory.Forget(number);
                Reached?.Invoke("forget a command");
            }
        }
    }

    /// <summary>Records that the result of a command was delivered, while the command has left processes.</summary>
    internal void MarkCollected(CommandState command)
    {
        lock (_changing)
        {
            if (!_isReleased && _directory.Contains(SandboxDirectory.CommandFile(command.Number)))
            {
                _directory.Write(
                    SandboxDirectory.CommandFile(command.Number), (command with { IsCollected = true }).Write());
            }
        }
    }

    /// <summary>Gets the highest number that a command had; 0 if there was none.</summary>
    internal long FindLastNumber() => Math.Max(_directory.LastForgotten, _directory.Commands.LastOrDefault());

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

    /// <summary>
    /// Waits until init has finished writing to the table. The kernel changes the size of a file only while nobody
    /// writes, even if the size stays the same. This counts as a change for <see cref="TableWatch"/>.
    /// </summary>
    internal void WaitForWriter()
    {
        using HeldDescriptor held = new(_table);
        if (held.IsOpen)
        {
            RandomAccess.SetLength(_table, ExitTable.Size);
        }
    }

    /// <summary>Removes the record of a sandbox that has ended.</summary>
    internal void Remove() => Release(_directory.Remove);

    /// <summary>Leaves the record to the next application.</summary>
    public void Dispose() => Release(_directory.Dispose);

    private void Release(Action release)
    {
        lock (_changing)
        {
            if (!_isReleased)
            {
                _isReleased = true;
                _table.Dispose();
                release();
            }
        }
    }

    private CommandState? ReadCommand(long number)
    {
        try
        {
            return _directory.Read(SandboxDirectory.CommandFile(number)) is { } content
                ? CommandState.Read(content)
                : null;
        }
        catch (SandboxException)
        {
            // Written only in part when its application was killed, and therefore never sent.
            return null;
        }
    }

    private void Write(string file, byte[] content)
    {
        lock (_changing)
        {
            ObjectDisposedException.ThrowIf(_isReleased, typeof(ISandbox));
            _directory.Write(file, content);
        }
    }

    private byte[] Require(string name) => _directory.Read(name)
        ?? throw new SandboxException($"The state of the sandbox in {_directory.Path} is damaged: {name} is missing.");
}
