namespace Isolation.AbiTests;

/// <summary>Constants that one set of headers defines.</summary>
/// <param name="Headers">The headers.</param>
/// <param name="Names">The name in C by the name in C#, as in <c>Kernel.OCreat</c>.</param>
internal sealed record ConstantGroup(string[] Headers, Dictionary<string, string> Names)
{
    public override string ToString() => string.Join(' ', Headers);
}
