using System.Collections.Immutable;

namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>A rule for one call: the result of the filter if all comparisons hold.</summary>
internal readonly record struct CallClause(ImmutableArray<ArgumentComparison> Comparisons, uint Result);
