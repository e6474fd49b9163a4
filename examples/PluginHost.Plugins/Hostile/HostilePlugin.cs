using Isolation.Plugins;
using Microsoft.Extensions.Logging;
using PluginHost.Contracts;

namespace Hostile;

/// <summary>Performs the requested attempts by means that are available to any .NET program.</summary>
internal sealed class HostilePlugin : IHostilePlugin
{
    private readonly Dictionary<string, Func<Target, CancellationToken, Task<string>>> _attempts = [];

    public HostilePlugin(PluginContext context)
    {
        IHostDocuments documents = context.GetHost<IHostDocuments>();
        IHostSecrets secrets = context.GetHost<IHostSecrets>();
        ILogger logger = context.LoggerFactory.CreateLogger("hostile");

        Add("own-files", _ => FileAttempts.WriteTemporary());
        Add("own-program", _ => ProcessAttempts.Start("sh", "-c", "echo I run"));
        _attempts["granted-call"] = (_, token) => documents.ReadAsync("poem", token);

        Add("secret-file", target => File.ReadAllText(target.SecretFile));
        Add("passwords", _ => File.ReadAllText("/etc/shadow"));
        Add("homes", _ => FileAttempts.List("/home", "/root"));
        Add("own-directory", _ => FileAttempts.Write("/app/Hostile.dll"));
        Add("system", _ => FileAttempts.Write("/usr/bin/sh"));
        Add("device", _ => FileAttempts.Read("/dev/mem", "/dev/kmem", "/dev/sda", "/dev/vda"));

        _attempts["host-port"] = (target, token) => NetworkAttempts.ConnectAsync("127.0.0.1", target.Port, token);
        _attempts["internet"] = (_, token) => NetworkAttempts.ConnectAsync("1.1.1.1", 443, token);
        _attempts["host-socket"] = (target, token) => NetworkAttempts.ConnectAsync(target.Socket, token);
        Add("raw-packets", _ => NativeAttempts.OpenPacketSocket());

        Add("see-processes", _ => ProcessAttempts.ListOthers());
        Add("kill-host", target => NativeAttempts.Kill(target.ProcessId));
        Add("kill-all", _ => NativeAttempts.Kill(1));
        Add("trace", target => NativeAttempts.Trace(target.ProcessId));
        Add("memory-of-host", target => FileAttempts.Read($"/proc/{target.ProcessId}/mem"));

        Add("become-root", _ => NativeAttempts.BecomeRoot());
        Add("mount", _ => NativeAttempts.Mount());
        Add("namespace", _ => NativeAttempts.MakeUserNamespace());
        Add("leave-root", _ => NativeAttempts.ChangeRoot());

        _attempts["secret-call"] = (_, token) => secrets.ReadAsync(token);
        Add("flood-log", _ => Floods.Log(logger));
        Add("flood-output", _ => Floods.WriteOutput());
        Add("huge-message", _ => new string('x', 64 << 20));
        _attempts["forged-message"] = (_, token) => Floods.SendRawAsync([0xFF, 0xFF, 0xFF, 0xFF], token);

        Add("memory", _ => Floods.TakeMemory());
        Add("threads", _ => Floods.StartThreads());
        Add("loop", _ => Floods.Spin());
    }

    public Task<string> TryAsync(string attempt, Target target, CancellationToken cancellationToken) =>
        _attempts[attempt](target, cancellationToken);

    private void Add(string name, Func<Target, string> attempt) => _attempts[name] = (target, _) =>
        Task.FromResult(attempt(target));
}
