using System.Text.Json;
using StreamJsonRpc;
using StreamJsonRpc.Protocol;

namespace Isolation.Plugins;

/// <summary>Describes errors of a plug-in's process. Text from the plug-in is escaped and truncated.</summary>
internal static class PluginFailures
{
    /// <summary>The maximum length of a reason that contains text from the plug-in, in characters.</summary>
    private const int ReasonLength = 500;

    /// <summary>The maximum length of an error message with which the plug-in answers a call, in characters.</summary>
    private const int AnswerLength = 4096;

    /// <summary>Returns the message of an exception without characters that could forge log entries.</summary>
    internal static string Escape(Exception exception) => UntrustedText.Escape(exception.Message, ReasonLength);

    /// <summary>Returns the error of a call that the plug-in answered with an error or an invalid result.</summary>
    /// <returns>The error, or <see langword="null"/> if the exception has another cause.</returns>
    internal static PluginCallException? OfAnswer(Exception exception) => exception switch
    {
        JsonException => new PluginCallException(
            $"The plug-in answered with an invalid result: {Escape(exception)}"),
        RemoteInvocationException invocation => Answered(invocation, invocation.ErrorCode),
        RemoteMethodNotFoundException missing => Answered(missing, (int)JsonRpcErrorCode.MethodNotFound),
        ConnectionLostException => null,
        RemoteRpcException remote => Answered(remote, 0),
        _ => null,
    };

    /// <summary>Returns the failure of a process that did not become ready.</summary>
    /// <param name="failure">The failure with which the process ended, if there was a process.</param>
    /// <param name="exception">The exception that ended the start.</param>
    /// <param name="isStarted">A value indicating whether there was a process.</param>
    internal static PluginFailure OfStart(PluginFailure? failure, Exception exception, bool isStarted) =>
        new(
            failure?.Kind == PluginFailureKind.ProtocolViolation ? failure.Kind : PluginFailureKind.StartFailed,
            failure?.Message ?? exception.Message)
        {
            // Once there is a process, the exception of the start may contain text from the plug-in.
            Exception = isStarted ? failure?.Exception : exception,
            Result = failure?.Result,
            LastError = failure?.LastError ?? "",
        };

    /// <summary>Returns the failure of a conversation that ended because of invalid messages.</summary>
    /// <returns>The failure, or <see langword="null"/> if it continues or ended for another reason.</returns>
    internal static PluginFailure? OfConversation(Task completion) => completion.Exception?.InnerException switch
    {
        null => null,
        ProtocolViolationException violation =>
            new PluginFailure(PluginFailureKind.ProtocolViolation, $"It was killed because it {Escape(violation)}."),
        IOException or ObjectDisposedException => null,
        Exception other =>
            new PluginFailure(
                PluginFailureKind.ProtocolViolation, $"It sent a message that cannot be processed: {Escape(other)}"),
    };

    /// <summary>Describes the end of a process that was not killed for a violation.</summary>
    internal static string Describe(SandboxResult? result, Exception? lost) => result switch
    {
        null => $"Its sandbox ended: {lost?.Message}",
        { Outcome: SandboxOutcome.Completed } => $"It exited with code {result.ExitCode}.",
        { Outcome: SandboxOutcome.Signaled } => $"It was terminated by signal {result.Signal}.",
        _ => $"It was terminated: {result.Outcome}.",
    };

    private static PluginCallException Answered(RemoteRpcException exception, int code) =>
        new(UntrustedText.Escape(exception.Message, AnswerLength)) { ErrorCode = code };
}
