using System.Collections.Immutable;

namespace Isolation.Abstractions.Tests.Validation;

/// <summary>Asserts that read like the rule that they hold.</summary>
internal static class Mistakes
{
    /// <summary>Exactly one mistake, at this member, whose message contains the word.</summary>
    public static void One(ImmutableArray<SpecificationMistake> mistakes, string member, string word = "")
    {
        Assert.That(mistakes.Select(mistake => mistake.Member), Is.EqualTo((string[])[member]));
        Assert.That(mistakes[0].Message, Does.Contain(word));
    }

    public static void One(SandboxSpecification specification, string member, string word = "") =>
        One(specification.FindMistakes(), member, word);

    public static void One(SandboxCommand command, string member, string word = "") =>
        One(command.FindMistakes(new SandboxSpecification()), member, word);

    public static void None(SandboxSpecification specification) => Assert.That(specification.FindMistakes(), Is.Empty);

    public static void None(SandboxCommand command) => Assert.That(command.FindMistakes(new SandboxSpecification()), Is.Empty);
}
