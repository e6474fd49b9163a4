using Isolation.IntegrationTests.Support;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.IntegrationTests.Hints;

/// <summary>A situation that a remedy was written for.</summary>
/// <param name="Kind">The kind of the step that fails.</param>
/// <param name="Error">The error it fails with.</param>
/// <param name="Situation">The description of the situation.</param>
/// <param name="Words">A part of the remedy.</param>
/// <param name="Provoke">Brings the situation about, in a directory of the host that everybody can write.</param>
internal sealed record RemedyCase(
    StepKind Kind, int Error, string Situation, string Words, Func<HostDirectory, Task<SandboxException>> Provoke)
{
    /// <summary>A sandbox that cannot be created, or a command that cannot be started in one.</summary>
    internal RemedyCase(
        StepKind kind, int error, string situation, string words, SandboxSpecification specification,
        SandboxCommand? command = null)
        : this(kind, error, situation, words, _ => specification.RefusalAsync(command))
    {
    }

    /// <summary>A sandbox of a directory of the host.</summary>
    internal RemedyCase(
        StepKind kind, int error, string situation, string words,
        Func<HostDirectory, SandboxSpecification> specification)
        : this(kind, error, situation, words, directory => specification(directory).RefusalAsync())
    {
    }

    /// <summary>Skips the case where the situation cannot come about.</summary>
    internal Action Needs { get; init; } = static () => { };

    /// <summary>The error that the exception has, if another one.</summary>
    internal int? Seen { get; init; }

    /// <summary>Gets the subject of the remedy, if it is not the target of the step.</summary>
    internal string? Subject { get; init; }

    public override string ToString() => $"{Kind} {ErrnoText.Name(Error)}: {Situation}";

    internal static async Task<SandboxException> CatchAsync(Func<Task> action) =>
        (await Assert.ThrowsAsync<SandboxException>(() => action()))!;
}
