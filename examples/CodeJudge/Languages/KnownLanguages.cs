using System.Collections.Immutable;
using Isolation;

namespace CodeJudge.Languages;

/// <summary>Provides the languages that the judge supports.</summary>
internal static class KnownLanguages
{
    public static ImmutableArray<Language> All { get; } = [C(), Cpp(), Python(), JavaScript(),
        DotNetLanguage.CSharp(), Java()];

    private static Language C() => new()
    {
        Id = "c",
        Name = "C17 (gcc)",
        SourceFile = "main.c",
        Programs = ["gcc"],
        Compile = "gcc -std=gnu17 -O2 -o /out/main main.c -lm",
        Run = ["/box/main"],
        Hello = "#include <stdio.h>\nint main(void) { puts(\"hello\"); }\n",
    };

    private static Language Cpp() => new()
    {
        Id = "cpp",
        Name = "C++20 (g++)",
        SourceFile = "main.cpp",
        Programs = ["g++"],
        Compile = "g++ -std=gnu++20 -O2 -o /out/main main.cpp",
        Run = ["/box/main"],
        Hello = "#include <iostream>\nint main() { std::cout << \"hello\\n\"; }\n",
    };

    // "-I" allows only the standard library, regardless of the files next to the program. The program is compiled once
    // to report syntax errors.
    private static Language Python() => new()
    {
        Id = "python",
        Name = "Python 3",
        SourceFile = "main.py",
        Programs = ["python3"],
        Compile = "python3 -I -m py_compile main.py && cp main.py /out/",
        Run = ["python3", "-I", "-B", "/box/main.py"],
        Hello = "print('hello')\n",
        TimeFactor = 3,
        RuntimeMemory = 16L << 20,
    };

    private static Language JavaScript() => new()
    {
        Id = "javascript",
        Name = "JavaScript (Node.js)",
        SourceFile = "main.js",
        Programs = ["node"],
        Compile = "node --check main.js && cp main.js /out/",
        Run = ["node", "--max-old-space-size={memory}", "--stack-size=4000", "/box/main.js"],
        Hello = "console.log('hello');\n",
        Environment = ImmutableDictionary<string, string>.Empty.Add("UV_THREADPOOL_SIZE", "1"),
        CompilerCalls = SystemCallFilter.Node,
        ProgramCalls = SystemCallFilter.Node,
        TimeFactor = 2,
        StartTime = TimeSpan.FromMilliseconds(300),
        RuntimeMemory = 96L << 20,
    };

    // Use one thread for garbage collection and a heap within the limit, regardless of the machine's size.
    private static Language Java() => new()
    {
        Id = "java",
        Name = "Java",
        SourceFile = "Main.java",
        Programs = ["javac", "java"],
        Compile = "javac -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -J-Xshare:auto -J-Xmx256m -encoding UTF-8 -d "
            + "/out Main.java",
        Run = ["java", "-XX:+UseSerialGC", "-XX:ActiveProcessorCount=1", "-XX:-UsePerfData", "-Xshare:auto", "-Xss16m",
            "-Xmx{memory}m", "-cp", "/box", "Main"],
        Hello = "public class Main { public static void main(String[] a) { System.out.println(\"hello\"); } }\n",
        Mounts = [.. ConfigurationOfJava()],
        CompilerCalls = SystemCallFilter.Jvm,
        ProgramCalls = SystemCallFilter.Jvm,
        TimeFactor = 2,
        StartTime = TimeSpan.FromMilliseconds(500),
        RuntimeMemory = 128L << 20,
    };

    /// <summary>
    /// Returns mounts of the settings of the JDK, which distributions keep below <c>/etc</c> and link to.
    /// </summary>
    private static IEnumerable<MountEntry> ConfigurationOfJava() =>
        Directory.Exists("/etc")
            ? Directory.EnumerateDirectories("/etc", "java*").Order(StringComparer.Ordinal)
                .Select(directory => new BindMount(directory, directory))
            : [];
}
