namespace Isolation.Escapes.Harness;

/// <summary>One way out of a sandbox, as something that is tried.</summary>
internal abstract class Attack
{
    protected Attack(int number, string title)
    {
        Number = number;
        Title = title;
    }

    /// <summary>The class that it belongs to, see <see cref="AttackClasses"/>.</summary>
    internal int Number { get; }

    /// <summary>What is tried.</summary>
    internal string Title { get; }

    /// <summary>
    /// Why it is known to succeed in a tier on this host; null where it does not. It must then do so: a defence that is
    /// there is to be written down.
    /// </summary>
    internal Func<Tier, string?> Open { get; init; } = static _ => null;

    /// <summary>Tries it in a process without the defence, where it must succeed.</summary>
    internal abstract Task<Finding> BareAsync(Ground ground);

    /// <summary>Tries it in a sandbox.</summary>
    internal abstract Task<Finding> InsideAsync(Ground ground, Tier tier);

    /// <summary>Whether it came out in a tier as it should.</summary>
    internal bool IsExpected(Tier tier, Finding finding) => finding.Outcome switch
    {
        Outcome.Succeeded => Open(tier) is not null,
        Outcome.Held => Open(tier) is null,
        Outcome.Void => true,
        _ => false,
    };

    public override string ToString() => $"{Number:00} {Title}";
}
