using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.TestHost.Recording;

/// <summary>Reads the files of a recorded host, without what is private about it.</summary>
internal sealed class TapedFiles(HostTape tape) : HostFiles
{
    internal override bool IsFile(string path) =>
        tape.Decide($"is a file: {path}", () => base.IsFile(Privacy.Real(path)));

    internal override bool Exists(string path) => tape.Decide($"exists: {path}", () => base.Exists(Privacy.Real(path)));

    internal override string? ReadText(string path) =>
        tape.Answer($"read: {path}", () => Privacy.Filter(path, base.ReadText(Privacy.Real(path))));

    // The directories of the host's tools are private.
    internal override string? ReadEnvironment(string name) =>
        tape.Answer($"environment: {name}", () => name == "PATH" ? "/usr/bin:/bin" : base.ReadEnvironment(name));

    internal override bool IsSetUserId(string path) =>
        tape.Decide($"set-user-ID: {path}", () => base.IsSetUserId(path));

    internal override bool HasIdCapability(string path) =>
        tape.Decide($"capability for ids: {path}", () => base.HasIdCapability(path));

    internal override string? ReadAttribute(string path, string name) =>
        tape.Answer($"attribute {name}: {path}", () => base.ReadAttribute(path, name));

    // The presets have no writable binds, so nothing asks this of a recorded host.
    internal override FileStatus? ReadFileStatus(string path) => throw NotRecorded(path);

    internal override string[]? ReadEntries(string path, int maximum) => throw NotRecorded(path);

    internal override bool MayWrite(string path) =>
        tape.Decide($"may write: {path}", () => base.MayWrite(Privacy.Real(path)));

    private static InvalidOperationException NotRecorded(string path) =>
        new($"The owner of {path} is not part of a recording.");
}
