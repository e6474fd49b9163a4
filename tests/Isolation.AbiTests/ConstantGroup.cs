namespace Isolation.AbiTests;

/// <summary>Represents constants that are defined by one set of headers.</summary>
/// <param name="Headers">The names of the headers.</param>
/// <param name="Names">The names in C by the names in C#, for example <c>Kernel.OCreat</c>.</param>
internal sealed record ConstantGroup(string[] Headers, Dictionary<string, string> Names)
{
    public override string ToString() => string.Join(' ', Headers);
}
