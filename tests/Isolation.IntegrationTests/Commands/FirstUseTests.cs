using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Commands;

/// <summary>The forms in which people first write what they want work.</summary>
public sealed class FirstUseTests
{
    [SetUp]
    public void NeedUserNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task A_builder_runs_a_program_by_name_with_the_default_provider()
    {
        SandboxResult result = await SandboxPresets.HostPrograms().RunAsync("sh", ["-c", "echo $0 $1", "one", "two"]);

        Assert.That(result.EnsureSuccess().StandardOutput.Text, Is.EqualTo("one two\n"));
    }

    [Test]
    public async Task Arguments_are_any_sequence_and_a_builder_is_a_command()
    {
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync();
        string[] array = ["a", "b"];
        List<string> list = ["c"];

        SandboxResult fromArray = await sandbox.RunAsync(new SandboxCommand("echo", array));
        SandboxResult fromList = await sandbox.RunAsync("echo", list);
        SandboxResult fromBuilder = await sandbox.RunAsync(
            new CommandBuilder("echo").WithArguments(array).AddArguments(list).AddArguments("d", "e"));
        SandboxResult without = await sandbox.RunAsync("true");

        Assert.That(fromArray.StandardOutput.Text, Is.EqualTo("a b\n"));
        Assert.That(fromList.StandardOutput.Text, Is.EqualTo("c\n"));
        Assert.That(fromBuilder.StandardOutput.Text, Is.EqualTo("a b c d e\n"));
        Assert.That(without.IsSuccess, Is.True);
    }

    [Test]
    public async Task Sizes_are_written_as_sizes()
    {
        SandboxResult result = await SandboxPresets.HostPrograms().RunAsync(
            new CommandBuilder("sh").WithArguments("-c", "ulimit -s")
                .AddResourceLimit(LimitedResource.Stack, 64.MiB())
                .WithStandardOutput(OutputTarget.Capture(64.KiB())));

        Assert.That(result.StandardOutput.Text, Is.EqualTo("65536\n"));
        Assert.That(
            () => new CommandBuilder("sh").AddResourceLimit(LimitedResource.Stack, -1),
            Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public async Task Text_goes_into_files_and_comes_out_of_them()
    {
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync();

        await sandbox.Files.WriteAsync("/tmp/text", "grüße\n");
        await sandbox.RunAsync("sh", ["-c", "cat /tmp/text /tmp/text > /tmp/twice"]);

        Assert.That(await sandbox.Files.ReadTextAsync("/tmp/twice"), Is.EqualTo("grüße\ngrüße\n"));
        Assert.That(await sandbox.Files.ReadAsync("/tmp/text"), Has.Length.EqualTo(8));
    }

    [Test]
    public async Task Output_goes_to_a_delegate_a_string_builder_or_a_writer()
    {
        List<string> lines = [];
        StringBuilder text = new();
        using StringWriter writer = new();
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync();
        CommandBuilder Command() =>
            new CommandBuilder("sh").WithArguments("-c", "echo one; printf tw; printf o; echo 3 >&2");

        await sandbox.RunAsync(Command()
            .WithStandardOutput(OutputTarget.ToLines(lines.Add)).WithStandardError(OutputTarget.ToText(text)));
        await sandbox.RunAsync(Command().WithStandardOutput(OutputTarget.ToText(writer)));
        SandboxResult exceeded = await sandbox.RunAsync(
            Command().WithStandardOutput(OutputTarget.ToLines(static _ => { }, limit: 3)));

        Assert.That(lines, Is.EqualTo(new[] { "one", "two" }));
        Assert.That(text.ToString(), Is.EqualTo("3\n"));
        Assert.That(writer.ToString(), Is.EqualTo("one\ntwo"));
        Assert.That(exceeded.Outcome, Is.EqualTo(SandboxOutcome.OutputExceeded));
    }

    [Test]
    public async Task An_input_file_behind_a_link_is_read_only_if_the_caller_says_so()
    {
        using HostDirectory directory = new();
        string file = directory.At("file");
        string link = directory.At("link");
        File.WriteAllText(file, "content");
        File.CreateSymbolicLink(link, file);
        SandboxBuilder Builder() => SandboxPresets.HostPrograms();

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => Builder().RunAsync(new CommandBuilder("cat").WithInputFile(link))))!;
        SandboxResult followed = await Builder().RunAsync(
            new CommandBuilder("cat").WithInputFile(link, followsLinks: true));
        SandboxResult text = await Builder().RunAsync(new CommandBuilder("cat").WithInputText(file));

        Assert.That(refusal.ErrorName, Is.EqualTo("ELOOP"));
        Assert.That(followed.StandardOutput.Text, Is.EqualTo("content"));
        Assert.That(text.StandardOutput.Text, Is.EqualTo(file), "text is not a path");
    }

    [Test]
    public async Task What_a_preset_holds_can_be_replaced()
    {
        SandboxBuilder builder = SandboxPresets.HostPrograms().AddToRoot(root => root.Replace(own => own
            .Temporary("/tmp", 1.MiB())
            .File("/etc/passwd", "me:x:1000:1000::/tmp:/bin/sh\n")
            .File("/etc/hosts", "192.0.2.1 elsewhere\n")
            .File("/usr/bin/true", "#!/bin/sh\necho replaced\n")));

        SandboxResult result = await builder.RunAsync(
            "sh", ["-c", "cat /etc/passwd /etc/hosts; sh /usr/bin/true; dd if=/dev/zero of=/tmp/x bs=1M count=2 2>&1"]);

        Assert.That(
            result.StandardOutput.Text,
            Does.StartWith("me:x:1000:1000::/tmp:/bin/sh\n192.0.2.1 elsewhere\nreplaced\n")
                .And.Contain("No space left on device"));
    }

    [Test]
    public async Task A_listener_alone_sees_the_spans_of_the_default_provider()
    {
        ConcurrentQueue<string> spans = [];
        using ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name == IsolationTelemetry.Name,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
                spans.Enqueue($"{activity.OperationName} {activity.GetTagItem("isolation.program")}"),
        };
        ActivitySource.AddActivityListener(listener);

        await SandboxPresets.HostPrograms().RunAsync("/usr/bin/true");

        Assert.That(spans, Does.Contain("isolation.run /usr/bin/true"));
    }

    [Test]
    public void An_entry_twice_is_an_error_that_names_the_way_to_replace_it() =>
        Assert.That(
            () => SandboxPresets.HostPrograms().AddToRoot(root => root.Temporary("/tmp")).Build(),
            Throws.InstanceOf<SandboxSpecificationException>().With.Message.Contains("RootBuilder.Replace"));
}
