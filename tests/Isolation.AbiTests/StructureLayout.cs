namespace Isolation.AbiTests;

/// <summary>A structure of the library and what it is in C.</summary>
/// <param name="Type">The structure.</param>
/// <param name="NativeName">Its type in C.</param>
/// <param name="Headers">The headers that define the structure.</param>
/// <param name="Fields">The member in C by the field in C#.</param>
internal sealed record StructureLayout(
    Type Type, string NativeName, string[] Headers, Dictionary<string, string> Fields)
{
    public override string ToString() => NativeName;
}
