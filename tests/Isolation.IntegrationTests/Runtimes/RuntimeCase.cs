namespace Isolation.IntegrationTests.Runtimes;

/// <summary>Represents a use of a language or tool, in the way that its users write it.</summary>
/// <param name="Name">The row of the table.</param>
/// <param name="Program">The path of the program on the host.</param>
/// <param name="Script">A script of sh that ends with status 0 and writes <c>ok</c> as its last line.</param>
internal sealed record RuntimeCase(string Name, string Program, string Script)
{
    public override string ToString() => Name;
}
