using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Plans;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Privileges;

/// <summary>Adds the steps by which the child that executes a command takes its user and capabilities.</summary>
internal readonly struct PrivilegeSteps
{
    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    private readonly ProgramBuilder _b;
    private readonly SandboxPlan _plan;
    private readonly SandboxUser _user;
    private readonly CapabilitySets _sets;
    private readonly Capabilities _heldByAll;
    private readonly ProcessHardening _hardening;

    internal PrivilegeSteps(
        ProgramBuilder builder, SandboxPlan plan, SandboxSpecification specification, SandboxCommand command)
    {
        _b = builder;
        _plan = plan;
        _user = command.User ?? specification.User;
        _sets = command.Capabilities ?? specification.Capabilities;
        _heldByAll = specification.Capabilities.Bounding;
        _hardening = specification.Hardening;
    }

    /// <summary>
    /// Gets whether filters and Landlock require CAP_SYS_ADMIN, which the child then keeps until
    /// <see cref="EndRestriction"/>. The kernel requires either that or no_new_privs, to protect set-user-id programs.
    /// </summary>
    private bool MayGainPrivileges => _hardening.NewPrivileges == NewPrivileges.Allowed;

    internal void TakeIdentity()
    {
        if (_heldByAll != _sets.Bounding)
        {
            BoundingSetSteps.Drop(_b, _heldByAll & ~_sets.Bounding);
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
    /// Makes the command end with init. A clone or a change of identity resets this setting. With a PID namespace, the
    /// end of the namespace suffices.
    /// </summary>
    internal void TieToInit()
    {
        if (!_plan.OwnsProcesses)
        {
            _b.Step(
                "tie the command's life to init's", null, Calls.Prctl, Kernel.PrSetPdeathsig, (int)UnixSignal.SIGKILL);
        }
    }

    /// <summary>Prepares for applying Landlock and the filter.</summary>
    internal void BeginRestriction()
    {
        if (MayGainPrivileges)
        {
            SetCapabilities(_sets.Effective | Capabilities.SystemAdmin, _sets.Permitted | Capabilities.SystemAdmin);
        }
    }

    /// <summary>Finishes after Landlock and the filter have been applied.</summary>
    internal void EndRestriction()
    {
        if (MayGainPrivileges)
        {
            SetCapabilities(_sets.Effective, _sets.Permitted);
        }
    }

    /// <summary>
    /// Locks the secure bits. If the default bits are unavailable, there is no capability to gain either.
    /// </summary>
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
        if (_plan.MayDenySetgroups && groups.IsEmpty)
        {
            // If setgroups is denied, init has already dropped all groups that can be dropped.
            _b.Try(Calls.Setgroups, 0, 0);
        }
        else if (!_plan.DeniesSetgroups || !groups.IsEmpty)
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
