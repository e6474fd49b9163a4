using System.Diagnostics;
using System.Runtime.Versioning;
using Isolation.Linux.Programs;
using Isolation.Testing;

namespace Isolation.Linux.Tests.Programs;

[SupportedOSPlatform("linux")]
public sealed class ElfImageTests
{
    [Test]
    public void Runs_as_a_process_from_a_file()
    {
        (int exitCode, string output) = RunFile(EveryNodeProgram.Image(Walker.Current));

        Assert.That((exitCode, output), Is.EqualTo((EveryNodeProgram.ExitCode, EveryNodeProgram.Output)));
    }

    [Test]
    public void Runs_on_arm64()
    {
        Requires.Program("qemu-aarch64");

        (int exitCode, string output) = RunFile(EveryNodeProgram.Image(Walker.Arm64), emulator: "qemu-aarch64");

        Assert.That((exitCode, output), Is.EqualTo((EveryNodeProgram.ExitCode, EveryNodeProgram.Output)));
    }

    private static (int ExitCode, string Output) RunFile(byte[] image, string? emulator = null)
    {
        string folder = Directory.CreateTempSubdirectory("isolation-").FullName;
        try
        {
            string path = Path.Combine(folder, "image");
            File.WriteAllBytes(path, image);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            return emulator is null ? Run(path) : Run(emulator, path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static (int ExitCode, string Output) Run(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
