using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Core.Tests.Building;

public sealed class CommandBuilderTests
{
    [Test]
    public void The_default_is_the_default_command()
    {
        SandboxCommand command = new CommandBuilder("sh").Build();

        Assert.That(command, Is.EqualTo(new SandboxCommand("sh") with { Arguments = command.Arguments }));
        Assert.That(command.Arguments, Is.Empty);
    }

    [Test]
    public void Every_value_arrives()
    {
        SafeFileHandle handle = new(7, ownsHandle: false);
        SandboxCommand command = new CommandBuilder("python3")
            .WithArguments("main.py")
            .AddArguments("-v", "--", "x y")
            .WithProgramName("python")
            .WithEnvironment(environment => environment.Set("A", "1").Remove("HOME"))
            .AddEnvironment("B", "2")
            .WithWorkingDirectory("/tmp")
            .WithUser(1, 2, 3)
            .WithUmask(UnixFileMode.OtherRead)
            .AddResourceLimit(LimitedResource.OpenFiles, 64)
            .AddResourceLimit(LimitedResource.CpuTime, 1, 2)
            .WithNice(5)
            .WithAffinity(0, 1)
            .WithInputText("input")
            .WithStandardOutput(OutputTarget.Capture(10))
            .WithStandardError(OutputTarget.SameAsStandardOutput)
            .AddDescriptor(3, handle)
            .WithChannel(4)
            .WithWallTime(TimeSpan.FromSeconds(5))
            .WithTotalOutput(20)
            .Build();

        Assert.That(command.Arguments, Is.EqualTo((string[])["main.py", "-v", "--", "x y"]));
        Assert.That(command.ProgramName, Is.EqualTo("python"));
        Assert.That(command.Environment.Keys, Is.EquivalentTo((string[])["PATH", "LANG", "A", "B"]));
        Assert.That(command.WorkingDirectory, Is.EqualTo("/tmp"));
        Assert.That(command.User, Is.EqualTo(new SandboxUser(1, 2) { SupplementaryGroups = [3] }));
        Assert.That(command.Umask, Is.EqualTo(UnixFileMode.OtherRead));
        Assert.That(
            command.ResourceLimits, Is.EqualTo(
                (ResourceLimit[])[new(LimitedResource.OpenFiles, 64), new(LimitedResource.CpuTime, 1, 2)]));
        Assert.That(command.Nice, Is.EqualTo(5));
        Assert.That(command.Affinity, Is.EqualTo((int[])[0, 1]));
        Assert.That(Encoding.UTF8.GetString(((BytesInput)command.StandardInput).Bytes.Span), Is.EqualTo("input"));
        Assert.That(command.StandardOutput, Is.EqualTo(OutputTarget.Capture(10)));
        Assert.That(command.StandardError, Is.EqualTo(OutputTarget.SameAsStandardOutput));
        Assert.That(command.Descriptors[3], Is.SameAs(handle));
        Assert.That(command.Channel, Is.EqualTo(new CommandChannel { Descriptor = 4 }));
        Assert.That(command.WallTime, Is.EqualTo(TimeSpan.FromSeconds(5)));
        Assert.That(command.TotalOutput, Is.EqualTo(20));
    }

    [Test]
    public void Streams_and_bytes_stand_for_themselves()
    {
        MemoryStream stream = new();
        SandboxCommand streams = new CommandBuilder("cat")
            .WithStandardInput(stream).WithStandardOutput(stream).WithStandardError(stream).Build();
        SandboxCommand bytes = new CommandBuilder("cat").WithStandardInput(new byte[] { 1 }).Build();

        Assert.That(streams.StandardInput, Is.EqualTo(InputSource.FromStream(stream)));
        Assert.That(streams.StandardOutput, Is.EqualTo(OutputTarget.ToStream(stream)));
        Assert.That(streams.StandardError, Is.EqualTo(OutputTarget.ToStream(stream)));
        Assert.That(((BytesInput)bytes.StandardInput).Bytes.Length, Is.EqualTo(1));
    }

    [Test]
    public void A_terminal_takes_the_place_of_the_streams()
    {
        Assert.That(
            new CommandBuilder("sh").WithTerminal(132, 43).Build().Terminal, Is.EqualTo(new CommandTerminal(132, 43)));
        Assert.That(
            () => new CommandBuilder("sh").WithTerminal().WithStandardOutput(OutputTarget.Pipe),
            Throws.InstanceOf<SandboxSpecificationException>().With.Message.Contains("terminal"));
    }

    [Test]
    public void Streams_can_be_limited()
    {
        MemoryStream stream = new();
        SandboxCommand command = new CommandBuilder("cat").WithStandardOutput(stream, 5)
            .WithStandardError(stream, 6).Build();

        Assert.That(command.StandardOutput, Is.EqualTo(OutputTarget.ToStream(stream, 5)));
        Assert.That(command.StandardError, Is.EqualTo(OutputTarget.ToStream(stream, 6)));
    }

    [Test]
    [SetCulture("de-DE")]
    public void Numbers_are_written_without_regard_to_the_culture()
    {
        SandboxCommand command = new CommandBuilder("sleep")
            .WithArguments(arguments => arguments.Add(1.5).Add(["a", "b"]).Add("c"))
            .AddArguments(arguments => arguments.Add(-7))
            .Build();

        Assert.That(CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator, Is.EqualTo(","));
        Assert.That(command.Arguments, Is.EqualTo((string[])["1.5", "a", "b", "c", "-7"]));
    }

    [Test]
    public void An_environment_can_be_exactly_what_is_given()
    {
        Dictionary<string, string> variables = new() { ["ONLY"] = "this" };

        Assert.That(
            new CommandBuilder("env").WithEnvironment(variables).Build().Environment, Is.EquivalentTo(variables));
        Assert.That(
            new CommandBuilder("env").WithEnvironment(environment => environment.Clear().Set(variables))
                .Build().Environment,
            Is.EquivalentTo(variables));
    }

    [Test]
    public void A_error_is_refused_at_once_and_leaves_no_trace()
    {
        CommandBuilder builder = new("sh");

        Assert.That(() => new CommandBuilder(""), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => new CommandBuilder((SandboxCommand)null!), Throws.ArgumentNullException);
        Assert.That(() => builder.AddArguments("a\0"), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithNice(20), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithWallTime(TimeSpan.Zero), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithWorkingDirectory("tmp"), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.AddEnvironment("A=", "b"), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.AddEnvironment(null!, "b"), Throws.ArgumentNullException);
        Assert.That(
            () => builder.WithStandardOutput(OutputTarget.SameAsStandardOutput),
            Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithStandardInput((InputSource)null!), Throws.InstanceOf<ArgumentException>());
        Assert.That(
            () => builder.AddDescriptor(1, new SafeFileHandle(5, false)), Throws.InstanceOf<ArgumentException>());
        Assert.That(builder.Build().Nice, Is.Null);
    }

    [Test]
    public void A_built_command_does_not_change()
    {
        CommandBuilder builder = new("sh");
        SandboxCommand built = builder.Build();

        Assert.That(() => builder.WithNice(1), Throws.InvalidOperationException);
        Assert.That(builder.Build(), Is.SameAs(built));
        Assert.That(new CommandBuilder(built).WithNice(1).Build().Nice, Is.EqualTo(1));
        Assert.That(built.Nice, Is.Null);
    }
}
