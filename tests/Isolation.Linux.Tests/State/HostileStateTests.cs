using System.Text;
using System.Text.Json.Nodes;
using Isolation.Linux.State;
using Isolation.Linux.State.Json;

namespace Isolation.Linux.Tests.State;

/// <summary>Checks that damaged documents are refused with a <see cref="SandboxException"/> and nothing else.</summary>
public sealed class HostileStateTests
{
    private const string Marker = "marker of the test";

    private static readonly string[] Replacements =
    [
        "null", "true", "\"x\"", "\"\"", "\"uninitialized\"", "-1", "0.5", "9007199254740992", "100000000000000000000",
        "1e999", "{}", "[]", "[null]", "[[]]", "{\"kind\":\"emptyRoot\"}", "\"\\ud800\"",
    ];

    private static readonly byte[] Everything = SpecificationJson.Write(Variants.Of<SandboxSpecification>().First());

    [Test]
    public void A_document_that_is_cut_off_is_refused()
    {
        for (int length = 0; length < Everything.Length; length++)
        {
            AssertRefused(Everything.AsSpan(0, length));
        }
    }

    [Test]
    public void A_changed_byte_is_refused_or_means_something()
    {
        byte[] changed = [.. Everything];
        ReadOnlySpan<byte> values = [.. "\0\"\\{}[],:0-xE \x7f"u8, 0x80, 0xFF];
        for (int position = 0; position < changed.Length; position += 3)
        {
            changed[position] = values[position % values.Length];
            TryRead(changed);
            changed[position] = Everything[position];
        }
    }

    [Test]
    public void A_value_of_another_type_is_refused()
    {
        int refused = 0;
        foreach ((JsonNode root, JsonNode parent, object key) in Places())
        {
            JsonNode? original = Get(parent, key);
            foreach (string replacement in Replacements)
            {
                // Written as text in the end, because a node holds no number out of range.
                Set(parent, key, Marker);
                string text = root.ToJsonString().Replace($"\"{Marker}\"", replacement, StringComparison.Ordinal);

                // A value that is accepted is the value that is meant: it is written again in the same way.
                if (TryRead(Encoding.UTF8.GetBytes(text)) is not { } read)
                {
                    refused++;
                }
                else if (!JsonNode.DeepEquals(JsonNode.Parse(SpecificationJson.Write(read)), JsonNode.Parse(text)))
                {
                    Assert.Fail($"{parent.GetPath()}, {key}: {replacement} is read as something else.");
                }
            }

            Set(parent, key, original);
        }

        Assert.That(refused, Is.GreaterThan(1000));
    }

    [Test]
    public void A_missing_member_is_refused()
    {
        foreach ((JsonNode root, JsonNode parent, object key) in Places())
        {
            if (parent is JsonObject members)
            {
                int index = members.IndexOf((string)key);
                JsonNode? value = members[index];
                members.RemoveAt(index);
                AssertRefused(root);
                members.Insert(index, (string)key, value);
            }
        }
    }

    [Test]
    public void A_duplicate_member_is_refused()
    {
        foreach ((JsonNode root, JsonNode parent, object key) in Places())
        {
            if (parent is JsonObject members)
            {
                members.Add(Marker, members[(string)key]?.DeepClone());
                AssertRefused(root.ToJsonString().Replace(Marker, (string)key, StringComparison.Ordinal));
                members.Remove(Marker);
            }
        }
    }

    [Test]
    public void An_unknown_member_is_refused()
    {
        foreach ((JsonNode root, JsonNode parent, object key) in Places())
        {
            if (parent is JsonObject members)
            {
                members.Add(((string)key).ToUpperInvariant(), null);
                AssertRefused(root);
                members.RemoveAt(members.Count - 1);
            }
        }
    }

    [TestCase("unknown")]
    [TestCase("FileEntry")]
    [TestCase("")]
    [TestCase("System.IO.FileInfo")]
    public void An_unknown_kind_is_refused(string kind)
    {
        foreach ((JsonNode root, JsonNode parent, object key) in Places())
        {
            if (key is "kind")
            {
                string original = (string)parent["kind"]!;
                parent["kind"] = kind;
                AssertRefused(root);
                parent["kind"] = original;
            }
        }
    }

    [Test]
    public void A_kind_that_is_not_the_first_member_is_refused()
    {
        JsonObject root = JsonNode.Parse(Everything)!["root"]!.AsObject();
        string kind = (string)root["kind"]!;
        root.Remove("kind");
        root.Add("kind", kind);

        AssertRefused(root.Root);
    }

    [TestCase("[", "]")]
    [TestCase("{\"root\":", "}")]
    [TestCase("{\"mounts\":[", "]}")]
    [TestCase("{\"unknown\":", "}")]
    [TestCase("{\"kind\":", "}")]
    public void Deep_nesting_is_refused(string opening, string closing)
    {
        foreach (int depth in (int[])[17, 1000, 100_000])
        {
            AssertRefused(string.Concat(Enumerable.Repeat(opening, depth)));
            AssertRefused(
                string.Concat(Enumerable.Repeat(opening, depth).Append("1").Concat(Enumerable.Repeat(closing, depth))));
        }
    }

    [TestCase("null")]
    [TestCase("1")]
    [TestCase("\"x\"")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("// comment\n{0}")]
    [TestCase("\ufeff{0}")]
    [TestCase("{0}x")]
    [TestCase("{0}{0}")]
    public void Anything_but_one_document_is_refused(string format) =>
        AssertRefused(format.Replace("{0}", Encoding.UTF8.GetString(Everything), StringComparison.Ordinal));

    [Test]
    public void Other_documents_are_refused_by_name()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => ReportJson.Read(Everything),
                Throws.TypeOf<SandboxException>().With.Message.StartsWith("Cannot read the report of the sandbox"));
            Assert.That(() => LimitsJson.Read(Everything), Throws.TypeOf<SandboxException>());
            Assert.That(() => SandboxState.Read(Everything), Throws.TypeOf<SandboxException>());
            Assert.That(() => CgroupsState.Read("[{}]"u8), Throws.TypeOf<SandboxException>());
            Assert.That(() => CommandState.Read(Everything), Throws.TypeOf<SandboxException>());
            Assert.That(
                () => CommandState.Read(
                    (Variants.Of<CommandState>().First() with { Program = "" }).Write()),
                Throws.TypeOf<SandboxException>());
        }
    }

    [Test]
    public void A_value_that_cannot_be_read_again_is_not_written()
    {
        SandboxSpecification[] values =
        [
            new() { Mounts = [new ForeignEntry()] },
            new() { Mounts = [null!] },
            new() { Root = null! },
            new() { Limits = new SandboxLimits { Cpu = double.NaN } },
        ];
        foreach (SandboxSpecification value in values)
        {
            Assert.That(
                () => SpecificationJson.Write(value),
                Throws.TypeOf<SandboxException>().With.Message.StartsWith("Cannot write the specification"));
        }
    }

    private static List<(JsonNode Root, JsonNode Parent, object Key)> Places()
    {
        JsonNode root = JsonNode.Parse(Everything)!;
        List<(JsonNode Root, JsonNode Parent, object Key)> places = [];
        Collect(root, (parent, key) => places.Add((root, parent, key)));
        Assert.That(places, Has.Count.GreaterThan(100));
        return places;
    }

    private static void Collect(JsonNode? node, Action<JsonNode, object> add)
    {
        IEnumerable<(object Key, JsonNode? Value)> children = node switch
        {
            JsonObject members => members.Select(member => ((object)member.Key, member.Value)),
            JsonArray elements => elements.Select((element, index) => ((object)index, element)),
            _ => [],
        };
        foreach ((object key, JsonNode? value) in children)
        {
            add(node!, key);
            Collect(value, add);
        }
    }

    private static JsonNode? Get(JsonNode parent, object key) => key is string name ? parent[name] : parent[(int)key];

    private static void Set(JsonNode parent, object key, JsonNode? value)
    {
        if (key is string name)
        {
            parent[name] = value;
        }
        else
        {
            parent[(int)key] = value;
        }
    }

    private static SandboxSpecification? TryRead(ReadOnlySpan<byte> json)
    {
        try
        {
            return SpecificationJson.Read(json);
        }
        catch (SandboxException exception)
        {
            Assert.That(exception.Message, Does.StartWith("Cannot read the specification of the sandbox"));
            return null;
        }
    }

    private static void AssertRefused(JsonNode root) => AssertRefused(root.ToJsonString());

    private static void AssertRefused(string json) => AssertRefused(Encoding.UTF8.GetBytes(json));

    private static void AssertRefused(ReadOnlySpan<byte> json)
    {
        if (TryRead(json) is not null)
        {
            Assert.Fail($"Read: {Encoding.UTF8.GetString(json)}");
        }
    }

    private sealed record ForeignEntry() : MountEntry("/foreign");
}
