using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Isolation.Plugins.Tests;

/// <summary>Plug-ins on fake processes, and the channel's bytes by hand.</summary>
internal static class Support
{
    /// <summary>The event ID of messages that a plug-in asks the application to log.</summary>
    internal const int PluginMessage = 4200;

    internal static TimeSpan Patience { get; } = TimeSpan.FromMinutes(2);

    internal static FakeProgram Honest { get; } = async (context, cancellationToken) =>
        FakeExit.WithCode(await PluginProgram.RunAsync<ITextTools>(context.Channel!, plugin => new TextTools(plugin)));

    /// <summary>A program that answers the first request, and then does what the test says.</summary>
    internal static FakeProgram Raw(Func<Stream, CancellationToken, Task> conversation) =>
        async (context, cancellationToken) =>
    {
        using JsonDocument request = await ReadAsync(context.Channel!, cancellationToken);
        await SendAsync(
            context.Channel!,
            $$"""{"jsonrpc":"2.0","id":{{request.RootElement.GetProperty("id").GetRawText()}},"result":1}""",
            cancellationToken);
        await conversation(context.Channel!, cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return FakeExit.Success;
    };

    internal static PluginOptions Options() => new()
    {
        Specification = new SandboxSpecification(),
        Command = new SandboxCommand("plugin"),
        StartTimeout = Patience,
        CallTimeout = Patience,
        StopGrace = TimeSpan.FromMilliseconds(50),
        Restart = PluginRestartPolicy.Never,
    };

    internal static Plugin<ITextTools> Make(
        FakeProgram program, PluginOptions? options = null, LogRecorder? log = null, TimeProvider? time = null) =>
        new("test", new FakeSandboxProvider().WithPrograms(program), options ?? Options(), log, time);

    internal static Task SendAsync(Stream channel, string json, CancellationToken cancellationToken = default) =>
        SendAsync(channel, Encoding.UTF8.GetBytes(json), cancellationToken);

    internal static async Task SendAsync(Stream channel, byte[] content, CancellationToken cancellationToken = default)
    {
        byte[] message = new byte[4 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(message, content.Length);
        content.CopyTo(message, 4);
        await channel.WriteAsync(message, cancellationToken);
    }

    internal static async Task<JsonDocument> ReadAsync(Stream channel, CancellationToken cancellationToken = default)
    {
        byte[] header = new byte[4];
        await channel.ReadExactlyAsync(header, cancellationToken);
        byte[] content = new byte[BinaryPrimitives.ReadInt32BigEndian(header)];
        await channel.ReadExactlyAsync(content, cancellationToken);
        return JsonDocument.Parse(content);
    }

    /// <summary>Starts the plug-in, which may end before the start has completed.</summary>
    internal static async Task StartQuietlyAsync(this IPlugin plugin)
    {
        try
        {
            await plugin.StartAsync().WaitAsync(Patience);
        }
        catch (PluginUnavailableException)
        {
            // The process ended before the plug-in was ready.
        }
    }

    /// <summary>Waits until the plug-in is in a state.</summary>
    internal static async Task ReachesAsync(this IPlugin plugin, PluginState state)
    {
        TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(object? sender, PluginStateChangedEventArgs change)
        {
            if (change.Current == state)
            {
                reached.TrySetResult();
            }
        }

        plugin.StateChanged += Look;
        if (plugin.State != state)
        {
            await reached.Task.WaitAsync(Patience);
        }

        plugin.StateChanged -= Look;
    }
}
