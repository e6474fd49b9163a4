using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Plans;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Privileges;

/// <summary>Who a command runs as, and with which capabilities: steps of the child that executes it.</summary>
internal readonly struct PrivilegeSteps
{
    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    private readonly ProgramBuilder _b;
    private readonly CompiledSetup _setup;
    private readonly SandboxUser _user;
    private readonly CapabilitySets _sets;
    private readonly Capabilities _heldByAll;
    private readonly ProcessHardening _hardening;

    internal PrivilegeSteps(
        ProgramBuilder builder, CompiledSetup setup, SandboxSpecification specification, SandboxCommand command)
    {
        _b = builder;
        _setup = setup;
        _user = command.User ?? specification.User;
        _sets = command.Capabilities ?? specification.Capabilities;
        _heldByAll = specification.Capabilities.Bounding;
        _hardening = specification.Hardening;
    }

    /// <summary>
    /// Whether a filter and Landlock need CAP_SYS_ADMIN, which the child then keeps until <see cref="EndRestriction"/>:
    /// the kernel asks for that or for no_new_privs, so that no set-user-id program is tricked by them.
    /// </summary>
    private bool MayGainPrivileges => _hardening.NewPrivileges == NewPrivileges.Allowed;

    internal void TakeIdentity()
    {
        if (_heldByAll != _sets.Bounding)
        {
            HardeningSteps.DropFromBoundingSet(_b, _heldByAll & ~_sets.Bounding);
        }

        if (_sets.IsEmpty && !MayGainPrivileges)
        {
            LockSecureBits();
            TakeIds();
            _b.Step("clear the ambient capabilities", null, Calls.Prctl, Kernel.PrCapAmbient,
                Kernel.PrCapAmbientClearAll, 0, 0, 0);
            SetCapabilities(Capabilities.None, Capabilities.None);
        }
        else
        {
            KeepCapabilitiesAndTakeIds();
        }

        if (!MayGainPrivileges)
        {
            _b.Step("forbid new privileges", null, Calls.Prctl, Kernel.PrSetNoNewPrivs, 1, 0, 0, 0);
        }

        TieToInit();
    }

    /// <summary>
    /// The kernel forgets it with a clone and with a change of identity. Where there is a PID namespace, its end is
    /// enough.
    /// </summary>
    internal void TieToInit()
    {
        if (!_setup.OwnsProcesses)
        {
            _b.Step(
                "tie the command's life to init's", null, Calls.Prctl, Kernel.PrSetPdeathsig, (int)UnixSignal.SIGKILL);
        }
    }

    /// <summary>Before Landlock and the filter are put in force.</summary>
    internal void BeginRestriction()
    {
        if (MayGainPrivileges)
        {
            SetCapabilities(_sets.Effective | Capabilities.SystemAdmin, _sets.Permitted | Capabilities.SystemAdmin);
        }
    }

    /// <summary>After it.</summary>
    internal void EndRestriction()
    {
        if (MayGainPrivileges)
        {
            SetCapabilities(_sets.Effective, _sets.Permitted);
        }
    }

    /// <summary>Where they cannot be had by default, nothing is lost: there is no capability to gain.</summary>
    private void LockSecureBits()
    {
        if (_hardening.SecureBits is { } bits)
        {
            SetSecureBits(bits);
        }
        else
        {
            _b.Try(Calls.Prctl, Kernel.PrSetSecurebits, (int)SecureBits.Locked, 0, 0, 0);
        }
    }

    private void SetSecureBits(SecureBits bits) =>
        _b.Step("set the secure bits", bits.ToString(), Calls.Prctl, Kernel.PrSetSecurebits, (int)bits, 0, 0, 0,
            kind: StepKind.SetPrivileges);

    private void KeepCapabilitiesAndTakeIds()
    {
        Capabilities untilRestricted = MayGainPrivileges ? Capabilities.SystemAdmin : Capabilities.None;
        Capabilities untilBitsAreSet = _hardening.SecureBits is null ? Capabilities.None : Capabilities.SetCapabilities;
        _b.Step("keep capabilities for", "the command", Calls.Prctl, Kernel.PrSetKeepcaps, 1, 0, 0, 0,
            kind: StepKind.SetPrivileges);
        TakeIds();
        _b.Step("clear the ambient capabilities", null, Calls.Prctl, Kernel.PrCapAmbient,
            Kernel.PrCapAmbientClearAll, 0, 0, 0);
        SetCapabilities(_sets.Effective | untilBitsAreSet, _sets.Permitted | untilRestricted | untilBitsAreSet);
        for (int number = 0; number < 64; number++)
        {
            if (((ulong)_sets.Ambient & (1UL << number)) != 0)
            {
                _b.Step(
                    "raise the ambient capability", ((Capabilities)(1UL << number)).ToString(), Calls.Prctl,
                    Kernel.PrCapAmbient, Kernel.PrCapAmbientRaise, number, 0, 0,
                    kind: StepKind.SetPrivileges);
            }
        }

        if (_hardening.SecureBits is { } bits)
        {
            SetSecureBits(bits);
            SetCapabilities(_sets.Effective, _sets.Permitted | untilRestricted);
        }
    }

    private void TakeIds()
    {
        ImmutableArray<uint> groups = _user.SupplementaryGroups.IsDefault ? [] : _user.SupplementaryGroups;
        if (_setup.MayDenySetgroups && groups.IsEmpty)
        {
            // Where it is denied there is nothing to drop: init has dropped what could be dropped.
            _b.Try(Calls.Setgroups, 0, 0);
        }
        else if (!_setup.DeniesSetgroups || !groups.IsEmpty)
        {
            _b.Step("set the supplementary groups", null, Calls.Setgroups, groups.Length,
                _b.AddBytes(MemoryMarshal.AsBytes(groups.AsSpan())));
        }

        _b.Step("become the group", null, Calls.Setresgid, _user.GroupId, _user.GroupId, _user.GroupId);
        _b.Step("become the user", null, Calls.Setresuid, _user.UserId, _user.UserId, _user.UserId);
    }

    private void SetCapabilities(Capabilities effective, Capabilities permitted)
    {
        ulong inheritable = (ulong)_sets.Inheritable;
        long sets = _b.AddBytes(MemoryMarshal.AsBytes<uint>(
        [
            (uint)effective, (uint)permitted, (uint)inheritable,
            (uint)((ulong)effective >> 32), (uint)((ulong)permitted >> 32), (uint)(inheritable >> 32),
        ]));
        bool drops = (effective | permitted) == Capabilities.None;
        _b.Step(
            drops ? "drop all capabilities" : "set the capabilities", drops ? null : permitted.ToString(),
            Calls.Capset, _b.AddWord(Kernel.CapabilityVersion3), sets, kind: StepKind.SetPrivileges);
    }
}
