using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Streams;

/// <summary>Every preset, and every kind that a standard stream can be of.</summary>
internal static class StreamKinds
{
    /// <summary>In bytes: more than is copied, unless there is no other way.</summary>
    internal const int Large = 100_000;

    /// <summary>In bytes: more than is copied in any case.</summary>
    internal const int Huge = (16 << 20) + 1;

    internal static readonly string[] Presets = ["Minimal", "HostPrograms", "Judge", "PlugIn", "Unprivileged"];

    internal static SandboxSpecification Preset(string name) => name switch
    {
        "Minimal" => new SandboxBuilder(Guest.Specification()).Build(),
        "HostPrograms" => SandboxPresets.HostPrograms().Build(),
        "Judge" => SandboxPresets.Judge().BestEffort().Build(),
        "PlugIn" => SandboxPresets.PlugIn().BestEffort().Build(),
        _ => SandboxPresets.Unprivileged().Build(),
    };

    internal static void Require(string preset)
    {
        if (preset == "Unprivileged")
        {
            Landlock.Restricted.Require(6);
        }
        else
        {
            Requires.UserNamespaces();
        }
    }

    /// <summary>A file of so many bytes that everybody may read, and only its owner write.</summary>
    internal static string Write(
        this HostDirectory directory, string name, int size, UnixFileMode mode = (UnixFileMode)0b110_100_100)
    {
        byte[] content = new byte[size];
        content.AsSpan().Fill((byte)'x');
        File.WriteAllBytes(directory.At(name), content);
        File.SetUnixFileMode(directory.At(name), mode);
        return directory.At(name);
    }
}
