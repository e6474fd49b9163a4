using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics;

namespace Isolation;

/// <summary>Hands an existing <see cref="ProcessStartInfo"/> over as a command for a sandbox.</summary>
public static class ProcessStartInfoExtensions
{
    /// <summary>
    /// The command that a <see cref="ProcessStartInfo"/> describes. Its file name and working directory are paths
    /// inside the sandbox; without a working directory it is <c>/</c>. A stream that is not redirected is the host's
    /// own, as with <see cref="Process"/>. Encodings, window styles and error dialogs mean nothing here and are passed
    /// over.
    /// </summary>
    /// <param name="startInfo">What is handed over. Nothing in it is changed.</param>
    /// <param name="environment">How much of the environment is taken. Default: what differs from the host's.</param>
    /// <param name="redirected">What becomes of redirected streams. Default: pipes.</param>
    /// <exception cref="ArgumentException">
    /// No file name; or a shell, or a user by name is asked for, which a sandbox does not have.
    /// </exception>
    /// <exception cref="InvalidOperationException">Both Arguments and ArgumentList are set.</exception>
    /// <exception cref="SandboxSpecificationException">The command has errors; every one is listed.</exception>
    public static SandboxCommand ToSandboxCommand(
        this ProcessStartInfo startInfo,
        EnvironmentTransfer environment = EnvironmentTransfer.Changes,
        RedirectedStreams redirected = RedirectedStreams.Piped)
    {
        ArgumentNullException.ThrowIfNull(startInfo);
        Refuse(startInfo);
        OutputTarget output = redirected == RedirectedStreams.Captured ? OutputTarget.Capture() : OutputTarget.Pipe;
        SandboxCommand command = new(startInfo.FileName, ReadArguments(startInfo))
        {
            Environment = ReadEnvironment(startInfo, environment),
            WorkingDirectory = startInfo.WorkingDirectory.Length == 0 ? "/" : startInfo.WorkingDirectory,
            StandardInput = !startInfo.RedirectStandardInput ? InputSource.Inherit
                : redirected == RedirectedStreams.Captured ? InputSource.Null : InputSource.Pipe,
            StandardOutput = startInfo.RedirectStandardOutput ? output : OutputTarget.Inherit,
            StandardError = startInfo.RedirectStandardError ? output : OutputTarget.Inherit,
        };
        return new CommandBuilder(command).Build();
    }

    private static void Refuse(ProcessStartInfo startInfo)
    {
        if (startInfo.FileName.Length == 0)
        {
            throw new ArgumentException("There is no file name.", nameof(startInfo));
        }

        if (startInfo.UseShellExecute)
        {
            throw new ArgumentException(
                "UseShellExecute asks the host's desktop for a program; a sandbox has none.", nameof(startInfo));
        }

        if (!string.IsNullOrEmpty(startInfo.UserName))
        {
            throw new ArgumentException(
                "UserName is a user of the host; who runs a command in a sandbox is said by SandboxCommand.User.",
                nameof(startInfo));
        }

        if (startInfo.ArgumentList.Count > 0 && startInfo.Arguments.Length > 0)
        {
            throw new InvalidOperationException("Only one of Arguments and ArgumentList can be used.");
        }
    }

    private static ImmutableArray<string> ReadArguments(ProcessStartInfo startInfo) =>
        startInfo.Arguments.Length > 0 ? ArgumentLine.Split(startInfo.Arguments) : [.. startInfo.ArgumentList];

    private static ImmutableDictionary<string, string> ReadEnvironment(
        ProcessStartInfo startInfo, EnvironmentTransfer transfer)
    {
        // What was never touched cannot be told from what was left as it is, so the difference to the host's is taken.
        IDictionary<string, string?> given = startInfo.Environment;
        if (transfer == EnvironmentTransfer.Everything)
        {
            return given.Where(variable => variable.Value is not null)
                .ToImmutableDictionary(variable => variable.Key, variable => variable.Value!);
        }

        ImmutableDictionary<string, string>.Builder result = SandboxCommand.DefaultEnvironment.ToBuilder();
        IDictionary host = Environment.GetEnvironmentVariables();
        result.RemoveRange(
            host.Keys.Cast<string>().Where(name => !given.TryGetValue(name, out string? value) || value is null));
        foreach ((string name, string? value) in given)
        {
            if (value is not null && (string?)host[name] != value)
            {
                result[name] = value;
            }
        }

        return result.ToImmutable();
    }
}
