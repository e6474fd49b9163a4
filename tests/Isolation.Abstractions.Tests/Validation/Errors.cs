using System.Collections.Immutable;

namespace Isolation.Abstractions.Tests.Validation;

/// <summary>Provides assertions for validation errors.</summary>
internal static class Errors
{
    /// <summary>Asserts exactly one error, at this member, with a message that contains the word.</summary>
    public static void One(ImmutableArray<SpecificationError> errors, string member, string word = "")
    {
        Assert.That(errors.Select(error => error.Member), Is.EqualTo((string[])[member]));
        Assert.That(errors[0].Message, Does.Contain(word));
    }

    public static void One(SandboxSpecification specification, string member, string word = "") =>
        One(specification.FindErrors(), member, word);

    public static void One(SandboxCommand command, string member, string word = "") =>
        One(command.FindErrors(new SandboxSpecification()), member, word);

    public static void None(SandboxSpecification specification) => Assert.That(specification.FindErrors(), Is.Empty);

    public static void None(SandboxCommand command) =>
        Assert.That(command.FindErrors(new SandboxSpecification()), Is.Empty);
}
