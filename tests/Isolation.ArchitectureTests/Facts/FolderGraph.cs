using System.Collections.Concurrent;
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
    // Shared by all compilations, which then read each assembly once.
    private static readonly MetadataReference[] References = [.. FindReferences()];
    private static readonly ConcurrentDictionary<string, FolderGraph> Projects = [];

    private readonly SortedDictionary<string, SortedDictionary<string, string>> _uses;

    private FolderGraph(SortedDictionary<string, SortedDictionary<string, string>> uses) => _uses = uses;

    public IEnumerable<string> Folders => _uses.Keys;

    /// <summary>Gets the graph of a project of the repository, which is computed once.</summary>
    public static FolderGraph Of(string project) => Projects.GetOrAdd(
        project, static project => Of(project + "/", RepositoryFiles.Below(project, ".cs")));

    /// <summary>Computes the graph of some files.</summary>
    /// <param name="root">The part of each path that names the project.</param>
    /// <param name="files">The files.</param>
    public static FolderGraph Of(string root, IEnumerable<TextFile> files)
    {
        CSharpParseOptions options = new(LanguageVersion.Preview, DocumentationMode.None);
        SyntaxTree[] trees = [.. files.Select(file =>
            CSharpSyntaxTree.ParseText(file.Text, options, file.Path[root.Length..]))];
        CSharpCompilation compilation = CSharpCompilation.Create(
            "folders", trees, References, new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        SortedDictionary<string, SortedDictionary<string, string>> uses = new(StringComparer.Ordinal);
        foreach ((string path, string[] homes) in trees.AsParallel().AsOrdered().Select(
            tree => (tree.FilePath, FindHomes(compilation, tree))))
        {
            string folder = FolderOf(path);
            uses.TryAdd(folder, new(StringComparer.Ordinal));
            foreach (string home in homes.Where(home => FolderOf(home) != folder))
            {
                uses[folder].TryAdd(FolderOf(home), $"{path} uses {home}");
            }
        }

        return new FolderGraph(uses);
    }

    /// <summary>Gets the directories that a directory uses.</summary>
    public IEnumerable<string> UsesOf(string folder) => _uses[folder].Keys;

    /// <summary>Gets one use of a directory by another one, as a sentence.</summary>
    public string Example(string from, string to) => _uses[from][to];

    private static string[] FindHomes(CSharpCompilation compilation, SyntaxTree tree)
    {
        SemanticModel model = compilation.GetSemanticModel(tree);
        return [.. tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
            .Select(name => FindHome(model.GetSymbolInfo(name).Symbol))
            .OfType<string>()];
    }

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

    private static IEnumerable<MetadataReference> FindReferences() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(':')
            .Where(path => !Path.GetFileName(path).StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
}
