using System.Collections.Concurrent;
using Isolation.Linux.Seccomp.Compiling;

namespace Isolation.Linux.Seccomp;

/// <summary>Caches compiled filters by their content.</summary>
internal static class FilterCache
{
    private const int Capacity = 64;

    private static readonly ConcurrentDictionary<(SystemCallFilter,
        SystemCallObservation), CompiledFilter> Compiled = [];

    /// <summary>The filter that is observed if no filter is set: it allows every call.</summary>
    private static readonly SystemCallFilter Everything = new()
    {
        Profile = SystemCallProfile.None,
        DefaultAction = SystemCallAction.Allow
    };

    /// <summary>Gets the compiled form of a filter; null if the filter is off.</summary>
    /// <exception cref="SandboxException">
    /// A name is not a system call, or the filter is too long for the kernel.
    /// </exception>
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
    /// Adds a compiled filter. The benchmarks also add filters of another compiler, so that they are loaded in the same
    /// way.
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
