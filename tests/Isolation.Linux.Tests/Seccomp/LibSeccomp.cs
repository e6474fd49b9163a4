using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Isolation.Linux.Tests.Seccomp;

/// <summary>The library that container engines compile their filters with, where it is installed: libseccomp 2.5. See seccomp_init(3).</summary>
internal static partial class LibSeccomp
{
    private const string Library = "libseccomp.so.2";
    private const int Optimize = 8;
    private const int BadArchitecture = 2;
    private const uint KillProcess = 0x80000000;

    public static bool IsInstalled => NativeLibrary.TryLoad(Library, out _);

    /// <summary>The program that it makes of rules in which no two that may both match have different actions.</summary>
    public static unsafe byte[] Compile(uint defaultAction, IEnumerable<(int Number, ImmutableArray<ArgumentComparison> Comparisons, uint Action)> rules, int optimization)
    {
        nint context = Init(defaultAction);
        string path = Path.GetTempFileName();
        try
        {
            Check(SetAttribute(context, Optimize, (uint)optimization));
            Check(SetAttribute(context, BadArchitecture, KillProcess));
            foreach ((int number, ImmutableArray<ArgumentComparison> comparisons, uint action) in rules)
            {
                Comparison[] native = [.. comparisons.Select(Convert)];
                fixed (Comparison* first = native)
                {
                    Check(AddRule(context, action, number, (uint)native.Length, first));
                }
            }

            using (FileStream file = new(path, FileMode.Create))
            {
                Check(Export(context, (int)file.SafeFileHandle.DangerousGetHandle()));
            }

            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
            Release(context);
        }
    }

    private static Comparison Convert(ArgumentComparison comparison)
    {
        bool isMasked = comparison.Operator == ArgumentOperator.MaskedEqual;
        return new Comparison
        {
            Index = (uint)comparison.Index,
            Operator = (int)comparison.Operator + 1,
            First = isMasked ? comparison.Mask : comparison.Value,
            Second = isMasked ? comparison.Value : 0,
        };
    }

    private static void Check(int result) => Assert.That(result, Is.Zero);

    [LibraryImport(Library, EntryPoint = "seccomp_init")]
    private static partial nint Init(uint defaultAction);

    [LibraryImport(Library, EntryPoint = "seccomp_release")]
    private static partial void Release(nint context);

    [LibraryImport(Library, EntryPoint = "seccomp_attr_set")]
    private static partial int SetAttribute(nint context, int attribute, uint value);

    [LibraryImport(Library, EntryPoint = "seccomp_rule_add_array")]
    private static unsafe partial int AddRule(nint context, uint action, int number, uint count, Comparison* comparisons);

    [LibraryImport(Library, EntryPoint = "seccomp_export_bpf")]
    private static partial int Export(nint context, int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct Comparison
    {
        public uint Index;
        public int Operator;
        public ulong First;
        public ulong Second;
    }
}
