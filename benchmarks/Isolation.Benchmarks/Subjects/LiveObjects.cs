namespace Isolation.Benchmarks.Subjects;

/// <summary>Holds many small live objects, like the heap of a real application.</summary>
internal sealed class LiveObjects
{
    private const int ObjectSize = 256;
    private const int ArrayOverhead = 24;
    private readonly byte[][] _objects;

    internal LiveObjects(int megabytes)
    {
        _objects = new byte[(int)(((long)megabytes << 20) / ObjectSize)][];
        for (int i = 0; i < _objects.Length; i++)
        {
            _objects[i] = new byte[ObjectSize - ArrayOverhead];
            _objects[i][i % (ObjectSize - ArrayOverhead)] = 1;
        }
    }
}
