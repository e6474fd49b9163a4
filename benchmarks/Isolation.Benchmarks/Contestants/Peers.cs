using System.Diagnostics;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Contestants;

/// <summary>
/// Creates contestants from other programs that create the same sandbox. Each is started by <c>Process.Start</c>, as
/// an application would start it.
/// </summary>
internal static class Peers
{
    internal const string Bubblewrap = "bubblewrap";
    internal const string LimitedCrun = "crun, with limits";
    internal const string LimitedRunc = "runc, with limits";

    internal static Contestant CreateBubblewrap(BenchmarkRoot root, string command = OciBundle.True)
    {
        string program = Require("bwrap");
        string[] arguments =
        [
            "--unshare-all", "--uid", "1000", "--gid", "1000", "--ro-bind", root.Path, "/", "--proc", "/proc",
            "--size", "16777216", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--die-with-parent", command,
        ];
        return Contestant.Here(Bubblewrap, () => Subject.StartProcessAsync(program, arguments));
    }

    internal static Contestant CreateNsjail(BenchmarkRoot root)
    {
        string program = Require("nsjail");
        string[] arguments =
        [
            "--mode", "o", "--quiet", "--chroot", root.Path, "--user", "1000", "--group", "1000",
            "--tmpfsmount", "/tmp", "--rlimit_as", "inf", "--", "/bin/true",
        ];
        return Contestant.Here("nsjail", () => Subject.StartProcessAsync(program, arguments));
    }

    internal static Contestant CreateRunc(BenchmarkRoot root)
    {
        OciBundle bundle = new(root, "runc", Require("runc"));
        return Create("runc", bundle);
    }

    internal static async Task<Contestant> CreateCrunAsync(BenchmarkRoot root)
    {
        OciBundle bundle = new(root, "crun", Require("crun"));
        try
        {
            await Subject.StartProcessAsync(bundle.Program, bundle.NextRun());
            return Create("crun", bundle);
        }
        catch (InvalidOperationException) when (Directory.Exists("/sys/fs/cgroup/unified"))
        {
            return CreateOnHybridHost(bundle);
        }
    }

    internal static Contestant CreateLimitedRunc(BenchmarkRoot root, string command = OciBundle.True) =>
        Create(LimitedRunc, OciBundle.WithLimits(root, "runc", Require("runc"), command));

    /// <summary>
    /// Creates a contestant for crun with limits. A shell hides cgroup version 2 from crun if the host has both
    /// versions.
    /// </summary>
    internal static Contestant CreateLimitedCrun(BenchmarkRoot root)
    {
        const string Script = "umount /sys/fs/cgroup/unified 2>/dev/null; while read -r line; do $line </dev/null "
            + ">/dev/null; echo $?; done";
        OciBundle bundle = OciBundle.WithLimits(root, "crun", Require("crun"));
        return new ShellContestant(
            LimitedCrun, new ProcessStartInfo("unshare", ["-m", "sh", "-c", Script]),
            () => string.Join(' ', (string[])[bundle.Program, .. bundle.NextRun()]))
        {
            Remark = $"{OciBundle.Remark}; started by a shell that was up before, since it does not run on a host with "
                + $"both cgroup versions",
        };
    }

    private static Contestant.RunHere Create(string name, OciBundle bundle) =>
        new(name, () => Subject.StartProcessAsync(bundle.Program, bundle.NextRun())) { Remark = OciBundle.Remark };

    /// <summary>Hides cgroup version 2, since crun supports only hosts with one version.</summary>
    private static Contestant.RunHere CreateOnHybridHost(OciBundle bundle)
    {
        const string Script = "umount /sys/fs/cgroup/unified; exec \"$@\"";
        return new Contestant.RunHere(
            "crun",
            () => Subject.StartProcessAsync(
                "unshare", ["-m", "sh", "-c", Script, "sh", bundle.Program, .. bundle.NextRun()]))
        {
            Remark = $"{OciBundle.Remark}; does not support hosts with both cgroup versions, so `unshare` and `sh` "
                + $"start it without version 2; the figure includes their time",
        };
    }

    private static string Require(string program) => ProgramFiles.Find(program)
        ?? throw new InvalidOperationException("not installed");
}
