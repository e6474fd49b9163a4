using System.Collections.Immutable;

namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>Represents a rule for one system call: the filter's result if all comparisons hold.</summary>
internal readonly record struct CallClause(ImmutableArray<ArgumentComparison> Comparisons, uint Result);
