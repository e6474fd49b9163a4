using System.Collections.Immutable;

namespace Isolation;

/// <summary>Validates <see cref="SandboxCommand.Environment"/>.</summary>
internal static class EnvironmentRules
{
    public static void Check(ImmutableDictionary<string, string>? environment, ref ErrorList errors)
    {
        if (ReferenceEquals(environment, SandboxCommand.DefaultEnvironment))
        {
            return;
        }

        if (environment is null)
        {
            errors.Add("Environment", "Is null.");
            return;
        }

        foreach ((string name, string value) in environment)
        {
            string? nameFault = name switch
            {
                "" => "The name is empty.",
                _ when name.Contains('=') => "The name must not contain '='.",
                _ => TextRules.FindFault(name),
            };
            if (nameFault is not null)
            {
                errors.Add($"Environment[{name}]", nameFault);
            }

            if (TextRules.FindFault(value) is { } fault)
            {
                errors.Add($"Environment[{name}]", fault);
            }
        }
    }
}
