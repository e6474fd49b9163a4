using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>
/// Compiles filters: <see cref="FilterRules"/>, then decisions (<see cref="ClauseLowering"/> and
/// <see cref="NumberSearch"/>), then instructions (<see cref="FilterAssembler"/>).
/// </summary>
internal static class FilterCompiler
{
    /// <summary>Compiles a filter for an architecture.</summary>
    /// <exception cref="SandboxException">
    /// A name is not a system call, or the filter is too long for the kernel.
    /// </exception>
    internal static CompiledFilter Compile(
        SystemCallFilter filter, FilterTarget target, SystemCallObservation observation = SystemCallObservation.None)
    {
        FilterRules said = FilterRules.Expand(filter, target);
        FilterRules rules = said.Observing(observation);
        FilterInstruction[] instructions = Compile(rules);
        byte[] program = new byte[instructions.Length * FilterInstruction.Size];
        for (int index = 0; index < instructions.Length; index++)
        {
            Span<byte> place = program.AsSpan(index * FilterInstruction.Size);
            BinaryPrimitives.WriteUInt16LittleEndian(place, instructions[index].Code);
            place[2] = instructions[index].IfTrue;
            place[3] = instructions[index].IfFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(place[4..], instructions[index].Value);
        }

        return new CompiledFilter(
            ImmutableCollectionsMarshal.AsImmutableArray(program), instructions.Length,
            rules.HasNotify)
        { Rules = said };
    }

    internal static FilterInstruction[] Compile(FilterRules rules)
    {
        FilterInstruction[] instructions = Compile(rules, isPlain: false);
        if (instructions.Length > FilterInstruction.MaximumCount)
        {
            instructions = Compile(rules, isPlain: true);
        }

        return instructions.Length <= FilterInstruction.MaximumCount
            ? instructions
            : throw TooLong(rules, instructions.Length);
    }

    private static FilterInstruction[] Compile(FilterRules rules, bool isPlain)
    {
        DecisionGraph graph = new();
        Dictionary<int, Decision> calls = rules.Calls.ToDictionary(
            call => call.Key, call => ClauseLowering.Lower(graph, call.Value, rules.DefaultResult, isPlain));
        List<NumberInterval> intervals = NumberSearch.Merge(rules, calls, graph);
        return FilterAssembler.Assemble(
            rules.Target.Audit, NumberSearch.Build(graph, CollectionsMarshal.AsSpan(intervals)));
    }

    private static SandboxException TooLong(FilterRules rules, int count)
    {
        (int number, List<CallClause> clauses) = rules.Calls.MaxBy(
            call => call.Value.Sum(clause => clause.Comparisons.Length));
        return new SandboxException(
            $"The system-call filter has {count} instructions, but the kernel accepts at most "
                + $"{FilterInstruction.MaximumCount}. "
            + $"Most comparisons belong to {rules.Target.Names.NameOf(number)}, which has {clauses.Count} rules: "
                + $"use masks or ranges instead of single values, or fewer rules.");
    }
}
