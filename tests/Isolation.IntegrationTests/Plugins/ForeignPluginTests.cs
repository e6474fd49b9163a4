using Isolation.IntegrationTests.Support;
using Isolation.Plugins;
using Isolation.TestPlugin;
using Microsoft.Extensions.Logging;

namespace Isolation.IntegrationTests.Plugins;

/// <summary>A plug-in in another language: all it needs is what docs/plugins.md says of the protocol.</summary>
public sealed class ForeignPluginTests
{
    // As it is in docs/plugins.md.
    private const string Script = """
        import json, os, struct

        channel = os.fdopen(int(os.environ["ISOLATION_CHANNEL"]), "r+b", buffering=0)

        def receive():
            header = channel.read(4)
            if not header:
                raise SystemExit(0)
            rest = struct.unpack(">I", header)[0]
            content = b""
            while len(content) < rest:
                content += channel.read(rest - len(content))
            return json.loads(content)

        def send(**message):
            content = json.dumps({"jsonrpc": "2.0", **message}).encode()
            channel.write(struct.pack(">I", len(content)) + content)

        while True:
            request = receive()
            method, parameters = request["method"], request.get("params", [])
            if method == "isolation.initialize":
                send(id=request["id"], result=1)
            elif method == "ITestPlugin.EchoAsync":
                send(method="isolation.log", params=[{"level": "Warning", "category": "python", "message": "echo"}])
                send(id=request["id"], result=parameters[0])
            elif method == "ITestPlugin.MirrorAsync":
                send(id=request["id"], result={**parameters[0], "x": -parameters[0]["x"]})
            elif method == "ITestPlugin.AskHostAsync":
                send(id="mine", method="ITestHost.AnswerAsync", params=parameters)
                answer = receive()
                assert answer["id"] == "mine", answer
                send(id=request["id"], result=answer["result"])
            elif method == "ITestPlugin.CrashAsync":
                raise ValueError(parameters[0])
            elif "id" in request:
                send(id=request["id"], error={"code": -32601, "message": "There is no " + method})
        """;

    [SetUp]
    public void SetUp()
    {
        Requires.UserNamespaces();
        Guest.RequirePython();
    }

    [Test]
    public async Task It_is_called_by_the_same_interface()
    {
        LogRecorder log = new();
        await using Plugin<ITestPlugin> plugin = Make(log);
        await plugin.StartAsync().WaitAsync(Guest.Patience);

        Assert.That(await plugin.CallAsync((test, token) => test.EchoAsync("täxt", token)), Is.EqualTo("täxt"));
        Assert.That(
            (await plugin.CallAsync((test, token) => test.MirrorAsync(new Point(3, 1, "n", []), token))).X,
            Is.EqualTo(-3));
        Assert.That(await plugin.CallAsync((test, token) => test.AskHostAsync("what", token)), Is.EqualTo("what! 1"));
        Assert.That(
            async () => await plugin.CallAsync((test, token) => test.DescribeAsync(token)),
            Throws.InstanceOf<PluginCallException>().With.Message.Contains("There is no"));
        Assert.That(
            (await log.FindAsync("echo (python)").WaitAsync(Guest.Patience)).Level, Is.EqualTo(LogLevel.Warning));
    }

    [Test]
    public async Task It_is_started_again_after_a_crash_which_is_told()
    {
        await using Plugin<ITestPlugin> plugin = Make(new LogRecorder());
        await plugin.StartAsync().WaitAsync(Guest.Patience);

        PluginUnavailableException crash = (await Assert.ThrowsAsync<PluginUnavailableException>(
            () => plugin.CallAsync((test, token) => test.CrashAsync("on purpose", token))))!;

        Assert.That(crash.Failure!.Result!.ExitCode, Is.EqualTo(1));
        Assert.That(crash.Failure.LastError, Does.Contain("ValueError: on purpose"));
        Assert.That(await plugin.CallAsync((test, token) => test.EchoAsync("again", token)), Is.EqualTo("again"));
    }

    [Test]
    public void The_document_shows_it() =>
        Assert.That(
            File.ReadAllText(Path.Combine(Snippets.DocumentTests.Root, "docs/plugins.md")),
            Does.Contain($"```python\n{Script}\n```"));

    private static Plugin<ITestPlugin> Make(LogRecorder log)
    {
        PluginOptions options = new()
        {
            Specification = SandboxPresets.Judge().BestEffort().Build(),
            Command = Guest.Python(Script) with { WallTime = null },
            StartTimeout = Guest.Patience,
            CallTimeout = Guest.Patience,
        };
        return new Plugin<ITestPlugin>("foreign", Guest.Provider, options.Grant<ITestHost>(new Host()), log);
    }

    private sealed class Host : ITestHost
    {
        public Task<string> AnswerAsync(string question, CancellationToken cancellationToken) =>
            Task.FromResult(question + "! 1");
    }
}
