using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Isolation.ArchitectureTests.Facts;

/// <summary>
/// Represents the uses between the directories of a project: a directory uses another one if one of its files names a
/// type that is declared in the other. The compiler's semantic model is required, since several directories share one
/// namespace. Documentation comments do not count.
/// </summary>
internal sealed class FolderGraph
{
    private readonly SortedDictionary<string, SortedDictionary<string, string>> _uses;

    private FolderGraph(SortedDictionary<string, SortedDictionary<string, string>> uses) => _uses = uses;

    public IEnumerable<string> Folders => _uses.Keys;

    /// <summary>Computes the graph of a project of the repository.</summary>
    public static FolderGraph Of(string project) => Of(project + "/", RepositoryFiles.Below(project, ".cs"));

    /// <summary>Computes the graph of some files.</summary>
    /// <param name="root">The part of each path that names the project.</param>
    /// <param name="files">The files.</param>
    public static FolderGraph Of(string root, IEnumerable<TextFile> files)
    {
        CSharpParseOptions options = new(LanguageVersion.Preview, DocumentationMode.None);
        SyntaxTree[] trees = [.. files.Select(file =>
            CSharpSyntaxTree.ParseText(file.Text, options, file.Path[root.Length..]))];
        CSharpCompilation compilation = CSharpCompilation.Create(
            "folders", trees, References(), new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        SortedDictionary<string, SortedDictionary<string, string>> uses = new(StringComparer.Ordinal);
        foreach (SyntaxTree tree in trees)
        {
            string folder = FolderOf(tree.FilePath);
            uses.TryAdd(folder, new(StringComparer.Ordinal));
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (FindHome(model.GetSymbolInfo(name).Symbol) is { } home && FolderOf(home) != folder)
                {
                    uses[folder].TryAdd(FolderOf(home), $"{tree.FilePath} uses {home}");
                }
            }
        }

        return new FolderGraph(uses);
    }

    /// <summary>Gets the directories that a directory uses.</summary>
    public IEnumerable<string> UsesOf(string folder) => _uses[folder].Keys;

    /// <summary>Gets one use of a directory by another one, as a sentence.</summary>
    public string Example(string from, string to) => _uses[from][to];

    // A simple name can also denote a member; the type that declares the member counts.
    private static string? FindHome(ISymbol? symbol)
    {
        INamedTypeSymbol? type = symbol switch
        {
            INamedTypeSymbol named => named,
            IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol => symbol.ContainingType,
            _ => null,
        };
        while (type?.ContainingType is { } outer)
        {
            type = outer;
        }

        // The main file of a partial type has only the type's name; the other parts may be in other directories.
        return type?.OriginalDefinition.DeclaringSyntaxReferences
            .Select(reference => reference.SyntaxTree.FilePath)
            .OrderBy(path => Path.GetFileName(path).Length)
            .FirstOrDefault();
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".";

    private static IEnumerable<MetadataReference> References() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
            .Where(path => !Path.GetFileName(path).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
}
