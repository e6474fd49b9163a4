using Isolation.IntegrationTests.Support;
using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.IntegrationTests.Hints;

/// <summary>Situations in which streams cannot be opened, and files not be copied.</summary>
internal static class FileCases
{
    private const UnixFileMode Nobody = UnixFileMode.None;

    internal static IEnumerable<RemedyCase> All =>
    [
        Input(ENOENT, "a missing file", "missing does not exist on the host",
            static directory => directory.At("missing")),
        Input(ENOTDIR, "below a file", "is not a directory", static directory => $"{directory.Write("file", "")}/x"),
        Input(ELOOP, "a link", "Name the path the link leads to", static directory =>
        {
            System.IO.File.CreateSymbolicLink(directory.At("link"), "/etc/passwd");
            return directory.At("link");
        }),
        Input(EACCES, "a closed file", "cannot open", Closed) with { Needs = Requires.NotRoot },
        Output(EISDIR, "a directory", "is a directory: name a file in it",
            static directory => directory.Directory("directory")),
        Output(ENXIO, "a pipe without a reader", "a pipe without a reader", static directory =>
        {
            HostProgram.Run("mkfifo", directory.At("pipe"));
            return directory.At("pipe");
        }),

        Take(ENOENT, "a missing file", "The sandbox contains no /tmp/x", "true"),
        Take(ENOTDIR, "below a file", "on the way to /etc/passwd/x", "true", "/etc/passwd/x"),
        Take(ELOOP, "a link", "never followed", "ln -s /etc/passwd /tmp/x"),
        Take(EACCES, "a closed file", "chmod", "touch /tmp/x; chmod 0 /tmp/x") with { Needs = Requires.NotRoot },
        Put(OpenHostFile, ENOENT, "a missing file", "missing does not exist on the host",
            static directory => directory.At("missing")),
        Put(OpenHostFile, EACCES, "a closed file", "cannot open", Closed) with { Needs = Requires.NotRoot },
        Put(OpenHostFile, ELOOP, "a link", "is a symbolic link", static directory =>
        {
            System.IO.File.CreateSymbolicLink(directory.At("link"), "/etc/passwd");
            return directory.At("link");
        }),
        Put(PutFile, ENOTDIR, "below a file", "is not a directory", File, "/usr/bin/env/x"),
        Put(PutFile, EROFS, "a read-only file system", "read-only", File, "/usr/x"),
        Put(PutFile, EACCES, "a directory of others", "choose a directory it can write", File, "/closed/x"),
        Put(PutFile, ENOSPC, "a full file system", "is full",
            static directory => directory.Write("big", new string('x', 1 << 20)), "/small/x"),
    ];

    private static RemedyCase Input(int error, string situation, string words, Func<HostDirectory, string> path) =>
        new(OpenStream, error, $"input: {situation}", words, directory => Guest.Specification().RefusalAsync(
            Guest.Shell("true") with { StandardInput = InputSource.FromFile(path(directory)) }));

    private static RemedyCase Output(int error, string situation, string words, Func<HostDirectory, string> path) =>
        new(OpenStream, error, $"output: {situation}", words, directory => Guest.Specification().RefusalAsync(
            Guest.Shell("true") with { StandardOutput = OutputTarget.ToFile(path(directory)) }));

    private static RemedyCase Take(int error, string situation, string words, string before, string path = "/tmp/x") =>
        new(TakeFile, error, situation, words, async _ =>
        {
            await using ISandbox sandbox = await Guest.Specification(new FileEntry("/etc/passwd", "x"u8.ToArray()))
                .CreateAsync();
            await sandbox.OutputAsync(before);
            return await RemedyCase.CatchAsync(() => sandbox.Files.ReadAsync(path, 100));
        });

    private static RemedyCase Put(
        Isolation.Linux.Steps.StepKind kind, int error, string situation, string words,
        Func<HostDirectory, string> source, string path = "/tmp/x") =>
        new(kind, error, situation, words, async directory =>
        {
            SandboxSpecification specification = Guest.Specification(
                new DirectoryEntry("/closed") { Mode = UnixFileMode.UserRead },
                new TemporaryMount("/small") { Size = 64 << 10 });
            await using ISandbox sandbox = await specification.CreateAsync();
            return await RemedyCase.CatchAsync(() => sandbox.Files.CopyInAsync(source(directory), path));
        });

    private static string File(HostDirectory directory) => directory.Write("file", "content");

    private static string Closed(HostDirectory directory)
    {
        string file = directory.Write("closed", "");
        System.IO.File.SetUnixFileMode(file, Nobody);
        return file;
    }
}
