using System.Text;
using System.Text.Json.Serialization.Metadata;
using Isolation.Linux.Seccomp.Tables;
using Isolation.Linux.State;
using Isolation.Linux.State.Json;
using Isolation.Linux.Tests.Seccomp;

namespace Isolation.Linux.Tests.State;

/// <summary>Checks that everything in a sandbox's state is read exactly as it was written.</summary>
public sealed class StateJsonTests
{
    private delegate T Reader<T>(ReadOnlySpan<byte> json);

    private static IEnumerable<Type> StoredRecords =>
        new[] { typeof(SandboxSpecification), typeof(SandboxReport), typeof(CommandState) }
            .SelectMany(StoredTypes.Of).Where(StoredTypes.IsRecord).Distinct();

    private static IEnumerable<Type> AbstractTypes => StoredRecords.Where(type => type.IsAbstract);

    [Test]
    public void A_specification_is_read_as_it_was_written() =>
        AssertComplete(Variants.Of<SandboxSpecification>(), SpecificationJson.Write, SpecificationJson.Read);

    [Test]
    public void A_report_is_read_as_it_was_written() =>
        AssertComplete(Variants.Of<SandboxReport>(), ReportJson.Write, ReportJson.Read);

    [Test]
    public void Limits_are_read_as_they_were_written() =>
        AssertComplete(Variants.Of<SandboxLimits>(), LimitsJson.Write, LimitsJson.Read);

    [Test]
    public void The_state_of_a_sandbox_is_read_as_it_was_written() =>
        AssertComplete(
            Variants.Of<SandboxState>(), state => state.Write(), json => StateJson.Read<SandboxState>(json, "state"));

    [Test]
    public void The_cgroups_are_read_as_they_were_written() =>
        AssertComplete(Variants.Of<CgroupsState>(), cgroups => cgroups.Write(), json => CgroupsState.Read(json));

    [Test]
    public void A_command_is_read_as_it_was_written() =>
        AssertComplete(
            Variants.Of<CommandState>().Where(state => state.Program != ""), state => state.Write(), CommandState.Read);

    [Test]
    public void Random_rules_of_system_calls_are_read_as_they_were_written()
    {
        RandomFilters random = new(seed: 1);
        for (int count = 0; count < 100; count++)
        {
            SandboxSpecification specification = new() { SystemCalls = random.Next(SystemCallNames.Current) };
            AssertLossless(specification, SpecificationJson.Write, SpecificationJson.Read);
        }
    }

    [Test]
    public void The_default_host_name_follows_the_namespaces()
    {
        SandboxSpecification copy = SpecificationJson.Read(SpecificationJson.Write(new SandboxSpecification()));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(copy.HostName, Is.EqualTo("sandbox"));
            Assert.That(
                (copy with { Namespaces = NamespaceSet.NewOnly(Namespaces.None) }).HostName, Is.Null);
        }
    }

    [Test]
    public void The_state_of_a_command_contains_its_limits_and_nothing_of_the_application()
    {
        SandboxCommand command = new("sleep", "1")
        {
            WallTime = TimeSpan.FromSeconds(2),
            CpuTime = TimeSpan.FromSeconds(3),
            Affinity = [0, 2],
            ResourceLimits = ResourceLimit.Defaults,
            Leftovers = CommandLeftovers.Keep,
            StandardInput = InputSource.Pipe,
            StandardOutput = OutputTarget.Pipe,
            SystemCallSupervision = new SystemCallSupervision { Observation = SystemCallObservation.All },
        };
        CommandState state = CommandState.Of(command, 4, 5, "run-6", "command-7", filterKills: true);
        SandboxCommand copy = CommandState.Read(state.Write()).ToCommand();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((state.Number, state.Entry), Is.EqualTo((4, 5)));
            Assert.That((state.Reaper, state.Group, state.FilterKills), Is.EqualTo(("run-6", "command-7", true)));
            Assert.That(
                Difference.Find(state, CommandState.Of(copy, 4, 5, "run-6", "command-7", filterKills: true)), Is.Null);
            Assert.That((copy.Program, copy.WallTime, copy.CpuTime, copy.Leftovers), Is.EqualTo(
                (command.Program, command.WallTime, command.CpuTime, command.Leftovers)));
            Assert.That(copy.Arguments, Is.EqualTo(command.Arguments));
            Assert.That(copy.Affinity, Is.EqualTo(command.Affinity));
            Assert.That(copy.ResourceLimits, Is.EqualTo(command.ResourceLimits));
            Assert.That(copy.StandardInput, Is.InstanceOf<NullInput>());
            Assert.That(copy.StandardOutput, Is.InstanceOf<NullOutput>());
            Assert.That(copy.StandardError, Is.InstanceOf<NullOutput>());
            Assert.That(copy.Environment, Is.Empty);
            Assert.That(copy.SystemCallSupervision, Is.Null);
            Assert.That(() => copy.Validate(new SandboxSpecification()), Throws.Nothing);
        }
    }

    [TestCaseSource(nameof(AbstractTypes))]
    public void Every_kind_of_an_abstract_type_is_registered(Type type)
    {
        JsonPolymorphismOptions? kinds = StateJson.Options.GetTypeInfo(type).PolymorphismOptions;

        Assert.That(
            kinds?.DerivedTypes.Select(kind => kind.DerivedType), Is.EquivalentTo(StoredTypes.Kinds(type)), $"{type}");
    }

    [Test]
    public void Every_other_type_has_no_kinds()
    {
        string[] names = [.. AbstractTypes.Select(type => type.Name)];

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                names, Is.SupersetOf(
                    new[]
                    {
                        "RootFileSystem", "OverlayUpper", "MountEntry", "NamespaceSource", "IdMap", "DeviceRule",
                    }));
            Assert.That(StoredRecords.Where(type => !type.IsAbstract && !type.IsSealed), Is.Empty);
        }
    }

    /// <summary>
    /// Asserts that the values are read as they were written, and that neither the documents nor the comparison
    /// overlook a member: each value differs from the first in one.
    /// </summary>
    private static void AssertComplete<T>(IEnumerable<T> variants, Func<T, byte[]> write, Reader<T> read)
        where T : notnull
    {
        T[] values = [.. variants];
        HashSet<string> documents = [];
        foreach (T value in values)
        {
            string json = AssertLossless(value, write, read);
            Assert.That(documents.Add(json), Is.True, json);
            Assert.That(Difference.Find(values[0], value), documents.Count == 1 ? Is.Null : Is.Not.Null, json);
        }

        Assert.That(documents, Has.Count.GreaterThan(4));
    }

    private static string AssertLossless<T>(T value, Func<T, byte[]> write, Reader<T> read)
        where T : notnull
    {
        byte[] json = write(value);
        string text = Encoding.UTF8.GetString(json);
        Assert.That(Difference.Find(value, read(json)), Is.Null, text);
        return text;
    }
}
