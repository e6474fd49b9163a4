using System.Runtime.InteropServices;

namespace Isolation.Linux.Landlock;

/// <summary>Represents a rule whose path init keeps open.</summary>
/// <param name="OfDirectory">The rights granted if the path is a directory.</param>
/// <param name="OfFile">The rights granted if the path is anything else.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeptRule(LandlockFileAccess OfDirectory, LandlockFileAccess OfFile);
