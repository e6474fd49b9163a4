using System.IO.Pipes;
using Isolation.Linux;

namespace Isolation.TestHost;

/// <summary>Keeps sandboxes running until the process is killed.</summary>
internal static class Holding
{
    private static LinuxSandboxProvider Provider => LinuxSandboxProvider.Default;

    /// <summary>Starts one sandbox per kind of payload and reports the processes when all of them run.</summary>
    internal static Task HoldAsync(Report report, string[] kinds) => HoldAsync(report, kinds, TestSandboxes.Standard);

    /// <summary>Does the same without namespaces.</summary>
    internal static Task HoldUnprivilegedAsync(Report report, string[] kinds) =>
        HoldAsync(report, kinds, SandboxPresets.Unprivileged().Build());

    private static async Task HoldAsync(Report report, string[] kinds, SandboxSpecification specification)
    {
        List<object> kept = [];
        foreach (string kind in kinds)
        {
            kept.Add(await StartAsync(kind, specification));
        }

        foreach (int child in Self.Children())
        {
            report.Add($"init {child}");
        }

        report.Add("ready");
        // Returns at the end of the input too, if the test has ended.
        Console.In.ReadLine();
        GC.KeepAlive(kept);
    }

    /// <summary>Starts a payload that is the first process of its sandbox.</summary>
    internal static async Task HoldInitAsync(Report report)
    {
        ISandbox sandbox = await Provider.CreateAsync(TestSandboxes.Standard);
        ISandboxProcess process = await sandbox.StartAsync(
            TestSandboxes.Shell("trap '' HUP TERM; sleep 100000 & wait") with { Role = CommandRole.Init });
        report.Add($"init {sandbox.ProcessId}");
        report.Add("ready");
        Console.In.ReadLine();
        GC.KeepAlive((sandbox, process));
    }

    /// <summary>Starts sandboxes with cgroups, with a command in each.</summary>
    internal static async Task HoldLimitedAsync(Report report, int count)
    {
        SandboxSpecification specification = TestSandboxes.Standard
            with
        { Limits = new SandboxLimits { Processes = 32, Memory = 64 << 20 } };
        List<object> kept = [];
        for (int i = 0; i < count; i++)
        {
            ISandbox sandbox = await Provider.CreateAsync(specification);
            kept.Add((sandbox, await sandbox.StartAsync(TestSandboxes.Shell("sleep 100000 & sleep 100000"))));
            if (i == count / 2)
            {
                report.Add("halfway");
            }
        }

        report.Add("ready");
        Console.In.ReadLine();
        GC.KeepAlive(kept);
    }

    /// <summary>Starts a sandbox in the specified cgroup, with a command in it.</summary>
    internal static async Task HoldAtAsync(Report report, string cgroup)
    {
        ISandbox sandbox = await Provider.CreateAsync(TestSandboxes.Standard with
        {
            Limits = new SandboxLimits { Processes = 32, CgroupPath = cgroup },
        });
        ISandboxProcess process = await sandbox.StartAsync(TestSandboxes.Shell("sleep 100000 & sleep 100000"));
        report.Add("ready");
        Console.In.ReadLine();
        GC.KeepAlive((sandbox, process));
    }

    /// <summary>Starts and freezes a sandbox with a limit that the sandboxes of the other verbs lack.</summary>
    internal static async Task HoldFrozenAsync(Report report)
    {
        ISandbox sandbox = await Provider.CreateAsync(
            TestSandboxes.Standard with { Limits = new SandboxLimits { Processes = 32, Cpu = 1 } });
        ISandboxProcess process = await sandbox.StartAsync(TestSandboxes.Shell("sleep 100000 & sleep 100000"));
        await sandbox.FreezeAsync();
        report.Add("ready");
        Console.In.ReadLine();
        GC.KeepAlive((sandbox, process));
    }

    /// <summary>Creates and disposes sandboxes on several threads until the process is killed.</summary>
    internal static async Task ChurnAsync(Report report, int threads)
    {
        int ended = 0;
        async Task RunAsync()
        {
            while (true)
            {
                (await Provider.RunAsync(TestSandboxes.Standard, new SandboxCommand("/bin/true"))).EnsureSuccess();
                if (Interlocked.Increment(ref ended) == 3 * threads)
                {
                    report.Add("ready");
                }
            }
        }

        await Task.WhenAny(
            [.. Enumerable.Range(0, threads).Select(_ => Task.Run(RunAsync)), Task.Run(() => Console.In.ReadLine())]);
    }

    private static async Task<object> StartAsync(string kind, SandboxSpecification specification)
    {
        if (kind == "one-shot")
        {
            AnonymousPipeServerStream reader = new(PipeDirection.In);
            AnonymousPipeClientStream writer = new(PipeDirection.Out, reader.ClientSafePipeHandle);
            Task<SandboxResult> running = Provider.RunAsync(
                specification, Payload("sleep") with { StandardOutput = OutputTarget.ToStream(writer) });
            await ReadLineAsync(reader, running);
            return running;
        }

        ISandbox sandbox = await Provider.CreateAsync(specification);
        ISandboxProcess process = await sandbox.StartAsync(Payload(kind) with { StandardOutput = OutputTarget.Pipe });
        await ReadLineAsync(process.StandardOutput!, process.WaitForExitAsync());
        return (sandbox, process);
    }

    private static SandboxCommand Payload(string kind) => kind switch
    {
        "sleep" => TestSandboxes.Shell("echo up; exec sleep 100000"),
        "deaf" => TestSandboxes.Shell("trap '' HUP INT QUIT TERM PIPE; echo up; while :; do sleep 100000; done"),
        "stopped" => TestSandboxes.Shell("echo up; kill -STOP $$"),
        "daemons" => TestSandboxes.Shell(
            "for i in 1 2 3; do setsid sh -c 'trap \"\" HUP TERM; sleep 100000 & setsid sleep 100000' </dev/null "
                + ">/dev/null 2>&1 & done; echo up") with
        {
            Leftovers = CommandLeftovers.Keep,
        },
        "bomb" => TestSandboxes.ForkBomb("echo up;"),
        _ => throw new ArgumentException($"There is no payload {kind}."),
    };

    private static async Task ReadLineAsync(Stream stream, Task<SandboxResult> end)
    {
        byte[] buffer = new byte[3];
        Task read = stream.ReadExactlyAsync(buffer).AsTask();
        if (await Task.WhenAny(read, end) != read)
        {
            // The parent of the daemons may have ended before its line was read.
            SandboxResult result = await end;
            if (!result.IsSuccess)
            {
                throw new InvalidOperationException($"The payload ended: {result}");
            }
        }

        await read;
    }
}
