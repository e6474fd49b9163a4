using System.Globalization;
using System.Runtime.InteropServices;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Commands;
using Isolation.Linux.Commands.Payloads;
using Isolation.Linux.Init;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.Seccomp.Supervision;
using Isolation.Linux.State;
using Isolation.Linux.Streams;

namespace Isolation.Linux.Sandboxes;

/// <summary>Sends commands to init.</summary>
internal sealed partial class LinuxSandbox
{
    private async ValueTask<RunningCommand> BeginAsync(
        SandboxCommand command, CommandOptions options, CancellationToken cancellationToken,
        Action<ProgramBuilder>? steps = null)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfDisposed();
            await _ender.WaitUntilEmptiedAsync(cancellationToken).ConfigureAwait(false);
            await _connection.Channel.WaitUntilReadyAsync(cancellationToken).ConfigureAwait(false);
            CommandStreams streams = CommandStreams.Open(
                command, Payload.Of(command, Specification, _plan, isOnly: false),
                TerminalSteps.FindMultiplexer(Specification) is not null);
            try
            {
                return Send(command, streams, options, default, null, steps);
            }
            catch
            {
                streams.Dispose();
                throw;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private RunningCommand Send(
        SandboxCommand command, CommandStreams streams, CommandOptions options, ReadOnlySpan<byte> before,
        PassedDescriptors? sources, Action<ProgramBuilder>? steps = null)
    {
        CompiledFilter? filter = FilterOf(command, _plan);
        bool isKilledAsAWhole = options.HasFlag(CommandOptions.ExitWithCommand)
            && (_plan.OwnsProcesses || _plan.InitEndsAll);
        if (command.WallTime is not null || command.CpuTime is not null || !isKilledAsAWhole || _record is not null)
        {
            // The command's time starts here, and its process is now known if it is killed along with others.
            options |= CommandOptions.ReportStart;
        }

        List<int> groupEntries = [];
        CommandCgroup? group = PrepareGroup(options, groupEntries);
        SystemCallSupervisor? supervisor = null;
        CpuCounter? counter = null;
        ProcessorShare? processors = null;
        ProgramBuilder builder = ControlPrograms.Rent(InitProgram.ProgramAddress + before.Length);
        try
        {
            RunningCommand running;
            int first = sources?.Descriptors.Length ?? 0;
            int firstGroup = first + streams.Passed.Count;
            PassedDescriptor[] placed = streams.Descriptors(first);
            bool isInPlace = command.Role == CommandRole.Init;
            if (isInPlace)
            {
                placed = [.. placed, new PassedDescriptor(
                    DescriptorSteps.Highest(placed) + 1, PassedDescriptor.ControlSocket)];
                BecomeInPlace(steps);
            }

            supervisor = isInPlace
                ? null
                : SystemCallSupervisor.Create(filter, command.SystemCallSupervision, Time);
            if (supervisor is not null)
            {
                options |= CommandOptions.AsksHost;
                placed = [.. placed, new PassedDescriptor(
                    DescriptorSteps.Highest(placed) + 1, firstGroup + groupEntries.Count)];
            }

            counter = command.CpuTime is null || group?.ReadCpuTime() is not null ? null : CpuCounter.Create();
            processors = ProcessorShare.TryTake(command, Specification.Limits);
            int? counterPosition = counter is null
                ? null
                : firstGroup + groupEntries.Count + (supervisor is null ? 0 : 1);
            ReadOnlySpan<int> descriptors = first + groupEntries.Count == 0 && supervisor is null && counter is null
                ? CollectionsMarshal.AsSpan(streams.Passed)
                : (int[])
                [
                    .. sources is null ? [] : sources.Descriptors, .. streams.Passed, .. groupEntries,
                    .. supervisor is null ? [] : (ReadOnlySpan<int>)[supervisor.PayloadEnd],
                    .. counter is null ? [] : (ReadOnlySpan<int>)[counter.PayloadEnd],
                ];

            lock (_sending)
            {
                int entry;
                string? reaper = null;
                long number;
                lock (_gate)
                {
                    ObjectDisposedException.ThrowIf(_isDisposed, this);
                    ThrowIfReplaced(command);
                    entry = _entries.Take(out bool isFirstUse);
                    options |= isFirstUse ? CommandOptions.FirstUseOfEntry : 0;
                    number = ++_commands;
                    if (!options.HasFlag(CommandOptions.ExitWithCommand)
                        && (_entries.Count > 0 || _ender.NeedsReaper || command.Leftovers == CommandLeftovers.Keep))
                    {
                        reaper = string.Create(CultureInfo.InvariantCulture, $"run-{number}");
                    }
                }

                running = new RunningCommand(this, command, streams, entry, options.HasFlag(CommandOptions.ReportStart))
                {
                    Number = number,
                    IsInternal = steps is not null,
                    IsInPlace = isInPlace,
                    ReaperName = reaper,
                    IsKilledAsAWhole = isKilledAsAWhole,
                    Group = group,
                    Supervisor = supervisor,
                    CpuTime = new CommandCpuTime(counter),
                    Processors = processors,
                    FilterKills = filter is { Rules.HasFatalResult: true },
                    OwnsSandbox = isKilledAsAWhole && _plan.OwnsProcesses,
                };
                try
                {
                    InPlaceSteps? inPlace = isInPlace
                        ? CommandProgram.BeginInPlace(builder, entry, placed)
                        : null;
                    PayloadSteps payload = new()
                    {
                        Command = WithChannelNumber(command),
                        Specification = Specification,
                        Setup = _plan,
                        Descriptors = placed,
                        Groups = firstGroup..(firstGroup + groupEntries.Count),
                        MakesCgroupNamespace = _plan.MakesCgroupNamespace && group is { IsRootOfView: true },
                        Processors = processors?.Processors ?? default,
                        Streams = streams.Files(first),
                        Filter = filter,
                        Counter = counterPosition,
                        Replacement = steps,
                        InPlace = inPlace,
                    };
                    if (inPlace is null)
                    {
                        CommandProgram.Build(builder, payload, entry, options, reaper);
                    }
                    else
                    {
                        CommandProgram.BuildInPlace(
                            builder, payload, options.HasFlag(CommandOptions.ExitWithCommand));
                        _inPlace = new InPlaceCommand(running, inPlace.Name);
                    }

                    _plan.ChangeProgram?.Invoke(builder);
                    running.SetSteps([.. builder.Steps]);
                    lock (_gate)
                    {
                        _entries.Add(running);
                    }

                    _record?.Begin(StateOf(running));
                    running.BeginStart();
                    _connection.Channel.Send(before, builder.Content, descriptors);
                    if (_record is not null)
                    {
                        DetachedRecord.Reached?.Invoke("send a command");
                    }

                    lock (_gate)
                    {
                        _entries.MarkSent(entry);
                    }
                }
                catch
                {
                    running.EndDeadlines();
                    _record?.Forget(number);
                    lock (_gate)
                    {
                        _entries.Release(entry);
                        _inPlace = null;
                    }

                    throw;
                }
            }

            streams.ClosePayloadEnds();
            supervisor?.Start();
            counter?.ClosePayloadEnd();
            streams.Start(() => running.Kill(SandboxOutcome.OutputExceeded));
            return running;
        }
        catch
        {
            supervisor?.Dispose();
            counter?.Dispose();
            processors?.Dispose();
            group?.Remove();
            throw;
        }
        finally
        {
            CloseAll(groupEntries);
            ControlPrograms.Return(builder);
        }
    }
}
