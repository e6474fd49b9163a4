using System.Text;

namespace Isolation.Abstractions.Tests.Streams;

/// <summary>Tests outputs that the library decodes.</summary>
public sealed class TextOutputTests
{
    [TestCase(1)]
    [TestCase(3)]
    [TestCase(1000)]
    public async Task Text_is_decoded_whatever_its_chunks(int chunk)
    {
        string text = string.Concat(Enumerable.Repeat("ä€😀 plain\n", 100));
        StringBuilder result = new();

        await WriteAsync(OutputTarget.ToText(result), text, chunk);

        Assert.That(result.ToString(), Is.EqualTo(text));
    }

    [TestCase(1)]
    [TestCase(1000)]
    public async Task Lines_arrive_one_by_one_and_the_last_without_its_end(int chunk)
    {
        List<string> lines = [];

        await WriteAsync(OutputTarget.ToLines(lines.Add), "one\r\n\ntwo\nlast", chunk);

        Assert.That(lines, Is.EqualTo(new[] { "one", "", "two", "last" }));
    }

    [Test]
    public async Task An_incomplete_character_at_the_end_is_replaced()
    {
        StringBuilder result = new();
        Stream stream = ((StreamOutput)OutputTarget.ToText(result)).Stream;

        await stream.WriteAsync(new byte[] { (byte)'a', 0xE2, 0x82 });
        await stream.FlushAsync();

        Assert.That(result.ToString(), Is.EqualTo("a\uFFFD"));
    }

    [Test]
    public void A_limit_of_captured_output_is_a_size()
    {
        Assert.That(OutputTarget.Capture(64L << 10), Is.EqualTo(new CapturedOutput(64 << 10)));
        Assert.That(
            new SandboxCommand("x") { StandardOutput = OutputTarget.Capture(1L << 40) }
                .FindErrors(new SandboxSpecification()),
            Has.Some.Property("Member").EqualTo("StandardOutput"));
    }

    private static async Task WriteAsync(OutputTarget target, string text, int chunk)
    {
        Stream stream = ((StreamOutput)target).Stream;
        foreach (byte[] bytes in Encoding.UTF8.GetBytes(text).Chunk(chunk))
        {
            await stream.WriteAsync(bytes);
        }

        await stream.FlushAsync();
    }
}
