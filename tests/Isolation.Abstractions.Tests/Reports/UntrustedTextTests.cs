using System.Globalization;

namespace Isolation.Abstractions.Tests.Reports;

/// <summary>Checks that text from untrusted programs cannot forge log lines.</summary>
public sealed class UntrustedTextTests
{
    [TestCase("plain text, with ä, 漢 and 🎉", "plain text, with ä, 漢 and 🎉")]
    [TestCase("a\nb", @"a\nb")]
    [TestCase("a\r\n\tb", @"a\r\n\tb")]
    [TestCase("\u001b[2J\u0007", @"\u001B[2J\u0007")]
    [TestCase("\u0085\u2028\u2029", @"\u0085\u2028\u2029")]
    [TestCase("user\u202Egnp.exe\u2066\u200F", @"user\u202Egnp.exe\u2066\u200F")]
    [TestCase("\uFEFF\u200B\0", @"\uFEFF\u200B\u0000")]
    [TestCase("\uDB40\uDC01", @"\U000E0001")]
    [TestCase(@"C:\n", @"C:\n")]
    [TestCase("", "")]
    [TestCase(null, "")]
    public void Only_characters_that_could_forge_log_lines_are_escaped(string? text, string expected)
    {
        string escaped = UntrustedText.Escape(text);

        Assert.That(escaped, Is.EqualTo(expected));
        Assert.That(UntrustedText.Escape(escaped), Is.EqualTo(expected), "twice is the same as once");
    }

    [Test]
    public void Halves_of_surrogate_pairs_are_escaped() =>
        Assert.That(UntrustedText.Escape($"a{(char)0xD83C}b{(char)0xDF89}"), Is.EqualTo(@"a\uD83Cb\uDF89"));

    [TestCase("abcdef", 6, "abcdef")]
    [TestCase("abcdef", 5, "abcde…")]
    [TestCase("abc\ndef", 4, "abc…")]
    [TestCase("abc🎉", 4, "abc…")]
    [TestCase("abc", 0, "…")]
    [TestCase("", 0, "")]
    public void A_text_is_cut_between_characters(string text, int length, string expected) =>
        Assert.That(UntrustedText.Escape(text, length), Is.EqualTo(expected));

    [Test]
    public void No_character_that_moves_or_hides_gets_through()
    {
        for (int c = 0; c <= char.MaxValue; c++)
        {
            string escaped = UntrustedText.Escape(((char)c).ToString());
            UnicodeCategory category = char.GetUnicodeCategory(escaped[0]);
            Assert.That(category, Is.Not.AnyOf(
                UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.LineSeparator,
                UnicodeCategory.ParagraphSeparator,
                UnicodeCategory.Surrogate));
        }
    }

    [Test]
    public void A_negative_length_is_refused() =>
        Assert.That(() => UntrustedText.Escape("a", -1), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
