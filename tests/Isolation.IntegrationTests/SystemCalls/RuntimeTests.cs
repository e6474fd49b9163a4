using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.SystemCalls;

/// <summary>Programs of runtimes under the profiles that are made for them, and under the strictest one.</summary>
public sealed class RuntimeTests
{
    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task Node(
        [Values(SystemCallProfile.Default, SystemCallProfile.Node, SystemCallProfile.Judge,
            SystemCallProfile.Unprivileged)] SystemCallProfile profile)
    {
        Requires.Program("node");
        const string Script = "require('fs').writeFileSync('/tmp/a', 'x'); const {Worker} = require('worker_threads'); "
            + "new Worker('require(\"worker_threads\").parentPort.postMessage(6*7)', {eval: true})"
            + ".on('message', m => { "
            + "console.log(m, require('child_process').execSync('echo out').toString().trim()); })";
        Assert.That(await OutputAsync(profile, new SandboxCommand("node", "-e", Script)), Is.EqualTo("42 out"));
    }

    [Test]
    public async Task Python(
        [Values(SystemCallProfile.Default, SystemCallProfile.Judge,
            SystemCallProfile.Unprivileged)] SystemCallProfile profile)
    {
        Guest.RequirePython();
        const string Script = """
            import subprocess, threading, tempfile, os
            seen = []
            def echo():
                done = subprocess.run(['echo', 'out'], capture_output=True, text=True)
                seen.append(done.stdout.strip())
            thread = threading.Thread(target=echo)
            thread.start(); thread.join()
            with tempfile.TemporaryFile() as file: file.write(b'x'); os.fsync(file.fileno())
            print(seen[0])
            """;
        Assert.That(await OutputAsync(profile, Guest.Python(Script)), Is.EqualTo("out"));
    }

    [Test]
    public async Task Java(
        [Values(SystemCallProfile.Default, SystemCallProfile.Jvm, SystemCallProfile.Judge,
            SystemCallProfile.Unprivileged)] SystemCallProfile profile)
    {
        Requires.Program("java");
        Assert.That(
            await OutputAsync(profile, new SandboxCommand("sh", "-c", "java -Xmx64m -version 2>&1 | grep -c 64-Bit")),
            Is.EqualTo("1"));
    }

    [Test]
    public async Task DotNet(
        [Values(SystemCallProfile.Default, SystemCallProfile.DotNet, SystemCallProfile.Judge,
            SystemCallProfile.Unprivileged)] SystemCallProfile profile)
    {
        Requires.That("dotnet", File.Exists("/usr/bin/dotnet"), "dotnet is needed in /usr");
        Assert.That(await OutputAsync(profile, new SandboxCommand("dotnet", "--list-sdks")), Does.Contain("sdk"));
    }

    /// <summary>Its /proc has nothing but processes, which runtimes must get along with.</summary>
    [TestCase(
        "python3", "-c", "import os, threading; print(os.cpu_count() > 0, os.sysconf('SC_PHYS_PAGES') > 0)",
        "True True")]
    [TestCase(
        "node", "-e", "const os = require('os'); console.log(os.availableParallelism() > 0, os.totalmem() > 0)",
        "true true")]
    [TestCase("sh", "-c", "java -Xmx64m -version 2>&1 | grep -c 64-Bit", "1")]
    [TestCase("sh", "-c", "dotnet --list-sdks | grep -c sdk", "1")]
    public async Task Runtimes_start_in_the_preset_of_a_judge(
        string program, string option, string script, string expected)
    {
        string needed = program == "sh" ? script.Split(' ')[0] : program;
        Requires.That(needed, File.Exists($"/usr/bin/{needed}"), $"{needed} is needed in /usr/bin");
        SandboxSpecification judge = SandboxPresets.Judge().BestEffort().Build();

        SandboxCommand command = new(program, option, script) { WallTime = Guest.Patience };

        Assert.That(await judge.OutputAsync(command), Is.EqualTo(expected));
    }

    private static Task<string> OutputAsync(SystemCallProfile profile, SandboxCommand command) =>
        SandboxPresets.HostPrograms().WithSystemCalls(new SystemCallFilter { Profile = profile }).Build()
            .OutputAsync(command with { WallTime = Guest.Patience });
}
