namespace Isolation.Escapes.Harness;

/// <summary>Tries attacks, each with its own targets.</summary>
internal static class Trial
{
    /// <summary>Tries the attack without the defence, where it must succeed or report why it cannot be tried.</summary>
    internal static async Task<Finding> BareAsync(Attack attack)
    {
        using Ground ground = new();
        try
        {
            return await attack.BareAsync(ground).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is SandboxException or TimeoutException or IOException or UnauthorizedAccessException)
        {
            return Finding.Unclear($"{exception.GetType().Name}: {exception.Message}");
        }
    }

    /// <summary>Tries the attack against a tier. Harm to the host is a success, whatever the attacker saw.</summary>
    internal static async Task<Finding> InsideAsync(Attack attack, Tier tier)
    {
        using Ground ground = new();
        Finding finding;
        try
        {
            finding = await attack.InsideAsync(ground, tier).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is SandboxException or TimeoutException or IOException or UnauthorizedAccessException)
        {
            finding = Finding.Unclear($"{exception.GetType().Name}: {exception.Message}");
        }

        IReadOnlyList<string> harm = ground.FindHarm();
        return harm.Count == 0 ? finding : Finding.Succeeded($"harmed: {string.Join(", ", harm)} ({finding.Detail})");
    }
}
