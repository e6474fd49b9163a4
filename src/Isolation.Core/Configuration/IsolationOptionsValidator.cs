using Microsoft.Extensions.Options;

namespace Isolation;

/// <summary>Validates the options and lists every error of every profile.</summary>
internal sealed class IsolationOptionsValidator : IValidateOptions<IsolationOptions>
{
    public ValidateOptionsResult Validate(string? name, IsolationOptions options)
    {
        List<string> errors = [.. options.ConfigurationErrors];
        if (options.DefaultWallTime <= TimeSpan.Zero)
        {
            errors.Add($"{nameof(options.DefaultWallTime)}: Must be more than zero, but is {options.DefaultWallTime}.");
        }

        if (options.DefaultOutputLimit < 0)
        {
            errors.Add(
                $"{nameof(options.DefaultOutputLimit)}: Must be 0 or more bytes, but is {options.DefaultOutputLimit}.");
        }

        foreach ((string profileName, SandboxProfileOptions? profile) in options.Profiles)
        {
            errors.AddRange(FindErrors(profileName, profile, options)
                .Select(error => $"{nameof(options.Profiles)}:{profileName}: {error}"));
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static List<string> FindErrors(string name, SandboxProfileOptions? profile, IsolationOptions options)
    {
        if (profile is null)
        {
            return ["Is null."];
        }

        List<string> errors = [];
        if (!Enum.IsDefined(profile.Preset))
        {
            errors.Add(
                $"{nameof(profile.Preset)}: Is {(int)profile.Preset}, which {nameof(SandboxPreset)} does not define.");
        }

        if (profile.Namespaces is { } kinds && (kinds & ~Namespaces.All) != 0)
        {
            errors.Add($"{nameof(profile.Namespaces)}: Contains bits that are not kinds of namespaces.");
        }

        if (profile.RootDirectory is not null && profile.Layers.Count > 0)
        {
            errors.Add($"{nameof(profile.RootDirectory)}: RootDirectory and Layers cannot both be set.");
        }

        IEnumerable<SpecificationError> others = ProfileReader.Read(name, profile, options).FindErrors();
        errors.AddRange(others.Select(error => $"{error.Member}: {error.Message}"));
        return errors;
    }
}
