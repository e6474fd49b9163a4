using System.Collections.Immutable;

namespace Isolation;

/// <summary>The rules for <see cref="SandboxCommand.Environment"/>.</summary>
internal static class EnvironmentRules
{
    public static void Check(ImmutableDictionary<string, string>? environment, ref MistakeList mistakes)
    {
        if (ReferenceEquals(environment, SandboxCommand.DefaultEnvironment))
        {
            return;
        }

        if (environment is null)
        {
            mistakes.Add("Environment", "Is null.");
            return;
        }

        foreach ((string name, string value) in environment)
        {
            string? nameFault = name switch
            {
                "" => "Has a variable without a name.",
                _ when name.Contains('=') => "A name must not contain '=', which ends it.",
                _ => TextRules.FindFault(name),
            };
            if (nameFault is not null)
            {
                mistakes.Add($"Environment[{name}]", nameFault);
            }

            if (TextRules.FindFault(value) is { } fault)
            {
                mistakes.Add($"Environment[{name}]", fault);
            }
        }
    }
}
