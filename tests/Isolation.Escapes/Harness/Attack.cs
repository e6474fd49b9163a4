namespace Isolation.Escapes.Harness;

/// <summary>Represents an attempt to escape from a sandbox.</summary>
internal abstract class Attack
{
    protected Attack(int number, string title)
    {
        Number = number;
        Title = title;
    }

    /// <summary>Gets the class of the attack; see <see cref="AttackClasses"/>.</summary>
    internal int Number { get; }

    /// <summary>Gets a description of the attack.</summary>
    internal string Title { get; }

    /// <summary>
    /// Gets the reason why the attack is known to succeed in a tier on this host, or null if it is not known to. An
    /// attack with a reason must succeed, so that a defence that exists is recorded.
    /// </summary>
    internal Func<Tier, string?> Open { get; init; } = static _ => null;

    /// <summary>Tries the attack in a process without the defence, where it must succeed.</summary>
    internal abstract Task<Finding> BareAsync(Ground ground);

    /// <summary>Tries the attack in a sandbox.</summary>
    internal abstract Task<Finding> InsideAsync(Ground ground, Tier tier);

    /// <summary>Gets a value indicating whether the outcome in a tier is the expected one.</summary>
    internal bool IsExpected(Tier tier, Finding finding) => finding.Outcome switch
    {
        Outcome.Succeeded => Open(tier) is not null,
        Outcome.Held => Open(tier) is null,
        Outcome.Void => true,
        _ => false,
    };

    public override string ToString() => $"{Number:00} {Title}";
}
