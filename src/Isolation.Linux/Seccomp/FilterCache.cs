using System.Collections.Concurrent;
using Isolation.Linux.Seccomp.Compiling;

namespace Isolation.Linux.Seccomp;

/// <summary>Filters that were compiled, by what they say.</summary>
internal static class FilterCache
{
    private const int Capacity = 64;

    private static readonly ConcurrentDictionary<SystemCallFilter, CompiledFilter> Compiled = [];

    /// <summary>The filter as the kernel takes it; null for none.</summary>
    /// <exception cref="SandboxException">A name stands for no call, or the filter is too long for the kernel.</exception>
    internal static CompiledFilter? Get(SystemCallFilter filter)
    {
        if (filter.IsOff)
        {
            return null;
        }

        if (Compiled.TryGetValue(filter, out CompiledFilter? compiled))
        {
            return compiled;
        }

        compiled = FilterCompiler.Compile(filter, FilterTarget.Current);
        Put(filter, compiled);
        return compiled;
    }

    /// <summary>Keeps a filter. The benchmarks also put in those of another compiler, to have them loaded in the same way.</summary>
    internal static void Put(SystemCallFilter filter, CompiledFilter compiled)
    {
        if (Compiled.Count >= Capacity)
        {
            Compiled.Clear();
        }

        Compiled.TryAdd(filter, compiled);
    }
}
