using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics;

namespace Isolation;

/// <summary>Converts a <see cref="ProcessStartInfo"/> to a command for a sandbox.</summary>
public static class ProcessStartInfoExtensions
{
    /// <summary>Converts a <see cref="ProcessStartInfo"/> to a <see cref="SandboxCommand"/>.</summary>
    /// <remarks>
    /// The file name and the working directory are paths in the sandbox; the default working directory is <c>/</c>. A
    /// stream that is not redirected is the application's own, as with <see cref="Process"/>. Encodings, window styles
    /// and error dialogs are ignored.
    /// </remarks>
    /// <param name="startInfo">The start information. It is not changed.</param>
    /// <param name="environment">The environment variables to pass on. Default: those that differ from the
    /// application's.</param>
    /// <param name="redirected">The use of redirected streams. Default: pipes.</param>
    /// <exception cref="ArgumentException">The start information has no file name, uses the shell, or specifies a user
    /// by name; a sandbox supports neither.</exception>
    /// <exception cref="InvalidOperationException">Both <c>Arguments</c> and <c>ArgumentList</c> are set.</exception>
    /// <exception cref="SandboxSpecificationException">The command is invalid; the exception lists every
    /// error.</exception>
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
            throw new ArgumentException("The start information has no file name.", nameof(startInfo));
        }

        if (startInfo.UseShellExecute)
        {
            throw new ArgumentException(
                "UseShellExecute is not supported in a sandbox. Set it to false.", nameof(startInfo));
        }

        if (!string.IsNullOrEmpty(startInfo.UserName))
        {
            throw new ArgumentException(
                "UserName is not supported in a sandbox. Set the user by SandboxCommand.User instead.",
                nameof(startInfo));
        }

        if (startInfo.ArgumentList.Count > 0 && startInfo.Arguments.Length > 0)
        {
            throw new InvalidOperationException("Arguments and ArgumentList cannot both be set.");
        }
    }

    private static ImmutableArray<string> ReadArguments(ProcessStartInfo startInfo) =>
        startInfo.Arguments.Length > 0 ? ArgumentLine.Split(startInfo.Arguments) : [.. startInfo.ArgumentList];

    private static ImmutableDictionary<string, string> ReadEnvironment(
        ProcessStartInfo startInfo, EnvironmentTransfer transfer)
    {
        // ProcessStartInfo does not tell changed variables from inherited ones, so compare with the application's
        // environment.
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
