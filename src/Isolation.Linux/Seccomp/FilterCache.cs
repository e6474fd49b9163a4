using System.Collections.Concurrent;
using Isolation.Linux.Seccomp.Compiling;

namespace Isolation.Linux.Seccomp;

/// <summary>Filters that were compiled, by what they say.</summary>
internal static class FilterCache
{
    private const int Capacity = 64;

    private static readonly ConcurrentDictionary<(SystemCallFilter,
        SystemCallObservation), CompiledFilter> Compiled = [];

    /// <summary>What there is to observe where nothing is filtered.</summary>
    private static readonly SystemCallFilter Everything = new() { Profile = SystemCallProfile.None,
        DefaultAction = SystemCallAction.Allow };

    /// <summary>The filter as the kernel takes it; null for none.</summary>
    /// <exception cref="SandboxException">A name stands for no call, or the filter is too long for the
    /// kernel.</exception>
    internal static CompiledFilter? Get(
        SystemCallFilter filter, SystemCallObservation observation = SystemCallObservation.None)
    {
        if (filter.IsOff)
        {
            if (observation != SystemCallObservation.All)
            {
                return null;
            }

            filter = Everything;
        }

        if (Compiled.TryGetValue((filter, observation), out CompiledFilter? compiled))
        {
            return compiled;
        }

        compiled = FilterCompiler.Compile(filter, FilterTarget.Current, observation);
        Put(filter, compiled, observation);
        return compiled;
    }

    /// <summary>
    /// Keeps a filter. The benchmarks also put in those of another compiler, to have them loaded in the same way.
    /// </summary>
    internal static void Put(
        SystemCallFilter filter, CompiledFilter compiled,
        SystemCallObservation observation = SystemCallObservation.None)
    {
        if (Compiled.Count >= Capacity)
        {
            Compiled.Clear();
        }

        Compiled.TryAdd((filter, observation), compiled);
    }
}
