using System.Runtime.InteropServices;

namespace Isolation.Linux.Landlock;

/// <summary>A rule whose place init keeps open.</summary>
/// <param name="OfDirectory">The rights that it gives if the place is a directory.</param>
/// <param name="OfFile">The rights that it gives if the place is anything else.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeptRule(LandlockFileAccess OfDirectory, LandlockFileAccess OfFile);
