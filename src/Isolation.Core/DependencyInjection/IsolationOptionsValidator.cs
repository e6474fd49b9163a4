using Microsoft.Extensions.Options;

namespace Isolation;

/// <summary>Lists every mistake of every profile.</summary>
internal sealed class IsolationOptionsValidator : IValidateOptions<IsolationOptions>
{
    public ValidateOptionsResult Validate(string? name, IsolationOptions options)
    {
        List<string> mistakes = [];
        if (options.DefaultWallTime <= TimeSpan.Zero)
        {
            mistakes.Add($"{nameof(options.DefaultWallTime)}: Must be more than zero, but is {options.DefaultWallTime}.");
        }

        if (options.DefaultOutputLimit < 0)
        {
            mistakes.Add($"{nameof(options.DefaultOutputLimit)}: Must be 0 or more bytes, but is {options.DefaultOutputLimit}.");
        }

        foreach ((string profileName, SandboxProfileOptions? profile) in options.Profiles)
        {
            mistakes.AddRange(FindMistakes(profileName, profile, options)
                .Select(mistake => $"{nameof(options.Profiles)}:{profileName}: {mistake}"));
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }

    private static List<string> FindMistakes(string name, SandboxProfileOptions? profile, IsolationOptions options)
    {
        if (profile is null)
        {
            return ["Is null."];
        }

        List<string> mistakes = [];
        if (!Enum.IsDefined(profile.Preset))
        {
            mistakes.Add($"{nameof(profile.Preset)}: Is {(int)profile.Preset}, which {nameof(SandboxPreset)} does not define.");
        }

        if (profile.Namespaces is { } kinds && (kinds & ~Namespaces.All) != 0)
        {
            mistakes.Add($"{nameof(profile.Namespaces)}: Has bits that stand for no kind of namespace.");
        }

        if (profile.RootFolder is not null && profile.Layers.Count > 0)
        {
            mistakes.Add($"{nameof(profile.RootFolder)}: Only one of RootFolder and Layers can be the root.");
        }

        IEnumerable<SpecificationMistake> others = ProfileReader.Read(name, profile, options).FindMistakes();
        mistakes.AddRange(others.Select(mistake => $"{mistake.Member}: {mistake.Message}"));
        return mistakes;
    }
}
