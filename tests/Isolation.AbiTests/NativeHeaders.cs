using System.Diagnostics;
using System.Globalization;
using System.Text;
using Isolation.TestSupport;

namespace Isolation.AbiTests;

/// <summary>Evaluates expressions with the C compiler and the headers of the system.</summary>
internal static class NativeHeaders
{
    /// <summary>The directory of the arm64 headers, if the cross development package is installed.</summary>
    public const string Arm64 = "/usr/aarch64-linux-gnu/include";

    private const string Compiler = "gcc";

    /// <summary>Skips the test if no compiler is installed.</summary>
    public static void Require() => Requires.Program(Compiler);

    /// <summary>
    /// Returns the values of integer expressions in C. Undefined macros of <paramref name="optional"/> have no value.
    /// </summary>
    /// <param name="preamble">Definitions before the headers, which select the contents of the headers.</param>
    /// <param name="headers">The headers.</param>
    /// <param name="expressions">The expressions.</param>
    /// <param name="optional">Macros that older headers do not have.</param>
    /// <param name="directory">The directory that the compiler searches first for headers.</param>
    public static IReadOnlyDictionary<string, long> Evaluate(
        string preamble, IEnumerable<string> headers, IEnumerable<string> expressions,
        IReadOnlySet<string>? optional = null, string? directory = null)
    {
        StringBuilder source = new(preamble + "\n#define _GNU_SOURCE\n#include <stdio.h>\n#include <stddef.h>\n");
        foreach (string header in headers)
        {
            source.Append(CultureInfo.InvariantCulture, $"#include <{header}>\n");
        }

        source.Append("int main(void) {\n");
        foreach (string expression in expressions.Distinct())
        {
            string print = $"printf(\"%s=%lld\\n\", \"{expression}\", (long long)({expression}));\n";
            source.Append(optional?.Contains(expression) == true ? $"#ifdef {expression}\n{print}#endif\n" : print);
        }

        source.Append("return 0;\n}\n");
        return Run(source.ToString(), directory).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => (Line: line, Split: line.LastIndexOf('=')))
            .ToDictionary(
                entry => entry.Line[..entry.Split], entry => long.Parse(
                    entry.Line[(entry.Split + 1)..], CultureInfo.InvariantCulture));
    }

    private static string Run(string source, string? directory)
    {
        DirectoryInfo workspace = Directory.CreateTempSubdirectory("isolation-abi-");
        try
        {
            string input = Path.Combine(workspace.FullName, "abi.c");
            string output = Path.Combine(workspace.FullName, "abi");
            File.WriteAllText(input, source);
            string[] search = directory is null ? [] : ["-I", directory];
            Start(Machine.FindProgram(Compiler)!, [.. search, "-w", "-o", output, input]);
            return Start(output, []);
        }
        finally
        {
            workspace.Delete(recursive: true);
        }
    }

    private static string Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.That(process.ExitCode, Is.Zero, error.Result);
        return output;
    }
}
