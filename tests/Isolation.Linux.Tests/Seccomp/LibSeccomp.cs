using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.Seccomp.Oci;
using Isolation.Linux.Seccomp.Profiles;

namespace Isolation.Linux.Tests.Seccomp;

/// <summary>
/// Uses libseccomp 2.5, the filter compiler of container engines, if it is installed. See seccomp_init(3). The
/// benchmarks also include this file.
/// </summary>
internal static partial class LibSeccomp
{
    private const string Library = "libseccomp.so.2";
    private const int Optimize = 8;
    private const int BadArchitecture = 2;
    private const uint KillProcess = 0x80000000;

    public static bool IsInstalled => NativeLibrary.TryLoad(Library, out _);

    /// <summary>Compiles a profile with the default action EPERM.</summary>
    /// <param name="profile">The profile.</param>
    /// <param name="target">The architecture, which must be that of this process.</param>
    /// <param name="optimization">1 to order calls by priority, libseccomp's default; 2 for a binary tree.</param>
    public static byte[] Compile(SystemCallProfile profile, FilterTarget target, int optimization)
    {
        const uint DefaultAction = FilterResult.Errno | 1;
        (int Number, ImmutableArray<ArgumentComparison> Comparisons, uint Action)[] rules =
        [
            .. OciRules.Unordered(ProfileContent.Of(profile).Rules)
                .Where(rule => target.Names.Find(rule.Names[0]) is not null)
                .Select(rule => (target.Names.Numbers[rule.Names[0]], rule.Comparisons, FilterResult.Of(rule.Action)))
                .Where(rule => rule.Item3 != DefaultAction),
        ];
        return Compile(DefaultAction, rules, optimization);
    }

    /// <summary>
    /// Compiles rules. Rules that can match the same call must have the same action.
    /// </summary>
    private static unsafe byte[] Compile(
        uint defaultAction, IEnumerable<(int Number, ImmutableArray<ArgumentComparison> Comparisons,
            uint Action)> rules, int optimization)
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

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"{Library} refuses what it was asked for: {result}.");
        }
    }

    [LibraryImport(Library, EntryPoint = "seccomp_init")]
    private static partial nint Init(uint defaultAction);

    [LibraryImport(Library, EntryPoint = "seccomp_release")]
    private static partial void Release(nint context);

    [LibraryImport(Library, EntryPoint = "seccomp_attr_set")]
    private static partial int SetAttribute(nint context, int attribute, uint value);

    [LibraryImport(Library, EntryPoint = "seccomp_rule_add_array")]
    private static unsafe partial int AddRule(
        nint context, uint action, int number, uint count, Comparison* comparisons);

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
