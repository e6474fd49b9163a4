using Isolation.Linux.Cgroups.Layout;

namespace Isolation.Linux.Cgroups.Accounting;

/// <summary>Reads the composition of cgroups' memory, and page faults.</summary>
internal ref struct MemoryReader
{
    private MemoryComposition _parts;
    private long? _faults;
    private long? _majorFaults;

    /// <summary>Reads <c>memory.stat</c> and, on v1, further files.</summary>
    internal static (MemoryComposition Parts, long? Faults, long? MajorFaults) Read(
        in FigureFiles files, string directory, CgroupVersion version)
    {
        MemoryReader reader = default;
        reader.Parse(files.Read(directory, "memory.stat"u8), version);
        if (version == CgroupVersion.V1)
        {
            reader._parts = reader._parts with
            {
                Kernel = files.ReadNumber(directory, "memory.kmem.usage_in_bytes"u8),
                Sockets = files.ReadNumber(directory, "memory.kmem.tcp.usage_in_bytes"u8),
            };
        }

        return (reader._parts, reader._faults, reader._majorFaults);
    }

    private void Parse(ReadOnlySpan<byte> text, CgroupVersion version)
    {
        (long? anonymous, long? files, long? shared, long? kernel, long? stacks, long? tables, long? slab,
            long? sockets) = (null, null, null, null, null, null, null, null);
        while (FigureText.TryTake(ref text, (byte)'\n', out ReadOnlySpan<byte> line))
        {
            if (!FigureText.TryTake(ref line, (byte)' ', out ReadOnlySpan<byte> name))
            {
                continue;
            }

            if (version == CgroupVersion.V1)
            {
                // Only the total_ figures include child cgroups.
                if (!name.StartsWith("total_"u8))
                {
                    continue;
                }

                name = name["total_"u8.Length..];
            }

            switch (name)
            {
                case var _ when name.SequenceEqual("anon"u8) || name.SequenceEqual("rss"u8):
                    anonymous = FigureText.Number(line);
                    break;
                case var _ when name.SequenceEqual("file"u8) || name.SequenceEqual("cache"u8):
                    files = FigureText.Number(line);
                    break;
                case var _ when name.SequenceEqual("shmem"u8):
                    shared = FigureText.Number(line);
                    break;
                case var _ when name.SequenceEqual("kernel"u8):
                    kernel = FigureText.Number(line);
                    break;
                case var _ when name.SequenceEqual("kernel_stack"u8):
                    stacks = FigureText.Number(line);
                    break;
                case var _ when name.SequenceEqual("pagetables"u8):
                    tables = FigureText.Number(line);
                    break;
                case var _ when name.SequenceEqual("slab"u8):
                    slab = FigureText.Number(line);
                    break;
                case var _ when name.SequenceEqual("sock"u8):
                    sockets = FigureText.Number(line);
                    break;
                case var _ when name.SequenceEqual("pgfault"u8):
                    _faults = FigureText.Number(line);
                    break;
                case var _ when name.SequenceEqual("pgmajfault"u8):
                    _majorFaults = FigureText.Number(line);
                    break;
            }
        }

        _parts = new MemoryComposition
        {
            Anonymous = anonymous,
            // The kernel sums the figures at different times, so the difference could be negative.
            FileCache = files is { } all ? Math.Max(0, all - (shared ?? 0)) : null,
            Shared = shared,
            Kernel = kernel,
            KernelStacks = stacks,
            PageTables = tables,
            Slab = slab,
            Sockets = sockets,
        };
    }
}
