namespace Isolation.TestSupport;

/// <summary>Compares the requirements of a test with the features of the host and the promises of the CI leg.</summary>
public static class RequirementRule
{
    private static readonly char[] Separators = [',', ' '];

    /// <summary>Decides for the requirement <paramref name="name"/>; a promise of <c>a</c> covers <c>a:b</c>.</summary>
    public static RequirementVerdict Decide(string name, bool available, string? promised)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (available)
        {
            return RequirementVerdict.Run;
        }

        string family = name.Split(':')[0];
        string[] promises = (promised ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        return promises.Contains(name) || promises.Contains(family) ? RequirementVerdict.Fail : RequirementVerdict.Skip;
    }
}
