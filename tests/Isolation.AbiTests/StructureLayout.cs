namespace Isolation.AbiTests;

/// <summary>Describes a structure of the library and its counterpart in C.</summary>
/// <param name="Type">The structure.</param>
/// <param name="NativeName">The name of the type in C.</param>
/// <param name="Headers">The headers that define the structure.</param>
/// <param name="Fields">The members in C by the fields in C#.</param>
internal sealed record StructureLayout(
    Type Type, string NativeName, string[] Headers, Dictionary<string, string> Fields)
{
    public override string ToString() => NativeName;
}
