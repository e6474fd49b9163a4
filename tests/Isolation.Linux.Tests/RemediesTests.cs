using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Tests;

/// <summary>What users are told to do.</summary>
public sealed class RemediesTests
{
    [TestCase(StepKind.Clone, Errno.EAGAIN, "RLIMIT_NPROC")]
    [TestCase(StepKind.Clone, Errno.ENOMEM, "Memory is short")]
    [TestCase(StepKind.Join, Errno.EPERM, "CAP_SYS_ADMIN")]
    [TestCase(StepKind.IdMap, Errno.EPERM, "IdMap.Subordinate")]
    [TestCase(StepKind.IdMap, Errno.EACCES, "sandbox without namespaces")]
    [TestCase(StepKind.ClockOffsets, Errno.ERANGE, "below zero")]
    [TestCase(StepKind.TakeId, Errno.EINVAL, "id map")]
    [TestCase(StepKind.TakeGroups, Errno.EPERM, "IdMap.Subordinate")]
    [TestCase(StepKind.Own, Errno.EINVAL, "id map")]
    [TestCase(StepKind.OpenOfHost, Errno.ENOENT, "The host has no /a/place")]
    [TestCase(StepKind.OpenOfHost, Errno.EACCES, "x permission")]
    [TestCase(StepKind.OpenOfHost, Errno.EINVAL, "BindScope.Recursive")]
    [TestCase(StepKind.OpenStream, Errno.ELOOP, "symbolic link at or above /a/place")]
    [TestCase(StepKind.OpenStream, Errno.ENXIO, "a pipe that nobody reads")]
    [TestCase(StepKind.OpenStream, Errno.ENOENT, "The host has no /a/place")]
    [TestCase(StepKind.OpenStream, Errno.EACCES, "x permission")]
    [TestCase(StepKind.FindInside, Errno.ENOENT, "make /a/place in that folder first")]
    [TestCase(StepKind.EnterFolder, Errno.ENOENT, "no folder /a/place")]
    [TestCase(StepKind.EnterFolder, Errno.EACCES, "x permission on /a/place")]
    [TestCase(StepKind.MakeProc, Errno.EPERM, "/proc")]
    [TestCase(StepKind.MakeSys, Errno.EPERM, "network namespace")]
    [TestCase(StepKind.MakeOverlay, Errno.EINVAL, "layer")]
    [TestCase(StepKind.MakeOverlay, Errno.EROFS, "written to")]
    [TestCase(StepKind.FindLayer, Errno.ENOENT, "The host has no /a/place")]
    [TestCase(StepKind.FindLayer, Errno.ENOTDIR, "is a folder")]
    [TestCase(StepKind.FindLayer, Errno.EACCES, "x permission")]
    [TestCase(StepKind.WriteMemory, Errno.ENOSPC, "Size")]
    [TestCase(StepKind.MakeTerminal, Errno.ENOSPC, "kernel.pty.max")]
    [TestCase(StepKind.MakeTerminal, Errno.ENOENT, "There is no /a/place")]
    [TestCase(StepKind.MakeTerminal, Errno.ENOTTY, "/a/place makes no terminals")]
    [TestCase(StepKind.MakeTerminal, Errno.EPERM, "DefaultDevices.PseudoTerminals")]
    [TestCase(StepKind.MapOwners, Errno.EINVAL, "MountOwnership.Host")]
    [TestCase(StepKind.Limit, Errno.EPERM, "hard limit")]
    [TestCase(StepKind.Nice, Errno.EACCES, "CAP_SYS_NICE")]
    [TestCase(StepKind.Affinity, Errno.EINVAL, "The host may use ")]
    [TestCase(StepKind.FindDevice, Errno.ENOENT, "The host has no /a/place")]
    [TestCase(StepKind.FindDevice, Errno.ENODEV, "is no device")]
    [TestCase(StepKind.FindDevice, Errno.EACCES, "x permission")]
    [TestCase(StepKind.DenyDevices, Errno.EPERM, "CAP_SYS_ADMIN")]
    [TestCase(StepKind.AllowDevices, Errno.EPERM, "devices.list")]
    [TestCase(StepKind.LoadDeviceProgram, Errno.EPERM, "CAP_BPF")]
    [TestCase(StepKind.LoadDeviceProgram, Errno.EINVAL, "CONFIG_CGROUP_BPF")]
    [TestCase(StepKind.AttachDeviceProgram, Errno.EPERM, "BPF_F_ALLOW_MULTI")]
    [TestCase(StepKind.Execute, Errno.ENOENT, "/lib64")]
    [TestCase(StepKind.Execute, Errno.EACCES, "NoExecute")]
    [TestCase(StepKind.Execute, Errno.ENOEXEC, "#!/bin/sh")]
    [TestCase(StepKind.Other, Errno.EMFILE, "ulimit -n")]
    [TestCase(StepKind.Execute, Errno.ENFILE, "fs.file-max")]
    [TestCase(StepKind.Other, Errno.EOVERFLOW, "IdMap.Ranges")]
    public void A_known_failure_has_a_remedy(object kind, int error, string words) =>
        Assert.That(Remedies.Find((StepKind)kind, "/a/place", error), Does.Contain(words));

    [Test]
    public void An_unknown_failure_has_none() => Assert.That(Remedies.Find(StepKind.Other, null, Errno.ESRCH), Is.Null);

    [Test]
    public void A_step_knows_its_kind_by_its_system_call()
    {
        ProgramBuilder b = new(0x10000);
        b.BeginAtBase();
        Label end = b.NewLabel();
        b.FailureExit = end;
        b.Step("enter the folder", "/a", SystemCallTable.Current.Chdir);
        b.Step("find in the PATH", "a", Node.Load32, b.AddWord(0), kind: StepKind.Execute);

        Assert.That(b.Steps.Select(step => step.Kind), Is.EqualTo(new[] { StepKind.EnterFolder, StepKind.Execute }));
    }
}
