using System.Buffers;
using System.Text;

namespace Isolation.Core.Tests.Streaming;

public sealed class LineSplitterTests
{
    [TestCase("", "")]
    [TestCase("one\n", "one|")]
    [TestCase("one", "one|")]
    [TestCase("one\ntwo\n", "one|two|")]
    [TestCase("\n\n", "||")]
    [TestCase("one\r\ntwo\r\n", "one|two|")]
    [TestCase("a\rb\n", "a\rb|")]
    [TestCase("one\r", "one\r|")]
    [TestCase("123456\n", "123456|")]
    [TestCase("1234567\n", "123456+7|")]
    [TestCase("123456123456", "123456+123456|")]
    [TestCase("12345\r\n", "12345|")]
    [TestCase("äöü\n", "äöü|")]
    [TestCase("1äöü\n", "1äö+ü|")]
    [TestCase("12345€\n", "12345+€|")]
    [TestCase("123𝄞𝄞\n", "123+𝄞+𝄞|")]
    public void Lines_end_with_a_line_feed_and_long_ones_are_cut_between_characters(string written, string expected) =>
        Assert.That(Split(Encoding.UTF8.GetBytes(written), 6), Is.EqualTo(expected));

    [Test]
    public void Invalid_UTF_8_is_split_at_the_limit_and_replaced() =>
        Assert.That(
            Split([.. Enumerable.Repeat((byte)0x80, 7)], 6),
            Is.EqualTo("\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD+\uFFFD|"));

    [Test]
    public void Nothing_is_taken_of_a_line_that_may_go_on()
    {
        ReadOnlySequence<byte> bytes = new("one"u8.ToArray());

        Assert.That(new LineSplitter(6).TryTake(OutputSource.StandardError, ref bytes, false, out _), Is.False);
        Assert.That(bytes.Length, Is.EqualTo(3));
    }

    [Test]
    public void A_line_in_several_segments_is_one()
    {
        Segment first = new("on"u8.ToArray());
        Segment last = first.Append("e\r"u8.ToArray()).Append("\ntwo"u8.ToArray());
        ReadOnlySequence<byte> bytes = new(first, 0, last, 4);

        Assert.That(
            new LineSplitter(6).TryTake(OutputSource.StandardError, ref bytes, false, out OutputLine line), Is.True);
        Assert.That(line, Is.EqualTo(new OutputLine(OutputSource.StandardError, "one")));
        Assert.That(bytes.Length, Is.EqualTo(3));
    }

    private static string Split(byte[] written, int maximumLength)
    {
        ReadOnlySequence<byte> bytes = new(written);
        LineSplitter splitter = new(maximumLength);
        StringBuilder seen = new();
        while (splitter.TryTake(OutputSource.StandardOutput, ref bytes, true, out OutputLine line))
        {
            seen.Append(line.Text).Append(line.IsContinued ? '+' : '|');
        }

        return seen.ToString();
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        internal Segment(byte[] bytes) => Memory = bytes;

        internal Segment Append(byte[] bytes)
        {
            Segment next = new(bytes) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
