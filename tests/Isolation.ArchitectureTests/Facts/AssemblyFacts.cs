using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Isolation.ArchitectureTests.Facts;

/// <summary>
/// Provides facts about a compiled assembly. They are read from metadata, so that no code is loaded or run.
/// </summary>
internal sealed class AssemblyFacts
{
    private AssemblyFacts(MetadataReader reader)
    {
        References = [.. reader.AssemblyReferences.Select(
            handle => reader.GetString(reader.GetAssemblyReference(handle).Name))];
        Strings = [.. ReadLiterals(reader), .. ReadConstants(reader)];
        NativeCalls = [.. ReadNativeCalls(reader)];
        PublicTypes = [.. ReadPublicTypes(reader)];
    }

    public IReadOnlyList<string> References { get; }

    /// <summary>Gets all string literals in methods and all string constants.</summary>
    public IReadOnlyList<string> Strings { get; }

    public IReadOnlyList<NativeCall> NativeCalls { get; }

    /// <summary>Gets the public types that are not nested.</summary>
    public IReadOnlyList<TypeName> PublicTypes { get; }

    /// <summary>Reads an assembly from the output directory of the tests.</summary>
    public static AssemblyFacts Of(string assembly)
    {
        using FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        using PEReader image = new(file);
        return new AssemblyFacts(image.GetMetadataReader());
    }

    private static IEnumerable<string> ReadLiterals(MetadataReader reader)
    {
        UserStringHandle handle = MetadataTokens.UserStringHandle(0);
        while (true)
        {
            handle = reader.GetNextHandle(handle);
            if (handle.IsNil)
            {
                yield break;
            }

            yield return reader.GetUserString(handle);
        }
    }

    private static IEnumerable<string> ReadConstants(MetadataReader reader)
    {
        foreach (FieldDefinitionHandle handle in reader.FieldDefinitions)
        {
            ConstantHandle constant = reader.GetFieldDefinition(handle).GetDefaultValue();
            if (!constant.IsNil && reader.GetConstant(constant) is { TypeCode: ConstantTypeCode.String } value)
            {
                BlobReader blob = reader.GetBlobReader(value.Value);
                yield return blob.ReadUTF16(blob.Length);
            }
        }
    }

    private static IEnumerable<NativeCall> ReadNativeCalls(MetadataReader reader)
    {
        foreach (MethodDefinitionHandle handle in reader.MethodDefinitions)
        {
            MethodDefinition method = reader.GetMethodDefinition(handle);
            if (!method.GetImport().Module.IsNil)
            {
                TypeDefinition type = Outermost(reader, reader.GetTypeDefinition(method.GetDeclaringType()));
                yield return new NativeCall(
                    reader.GetString(type.Namespace), reader.GetString(type.Name), reader.GetString(method.Name));
            }
        }
    }

    private static IEnumerable<TypeName> ReadPublicTypes(MetadataReader reader) =>
        reader.TypeDefinitions
            .Select(reader.GetTypeDefinition)
            .Where(
                type =>
                (type.Attributes & System.Reflection.TypeAttributes.VisibilityMask)
                == System.Reflection.TypeAttributes.Public)
            .Select(type => new TypeName(reader.GetString(type.Namespace), reader.GetString(type.Name)));

    private static TypeDefinition Outermost(MetadataReader reader, TypeDefinition type)
    {
        while (!type.GetDeclaringType().IsNil)
        {
            type = reader.GetTypeDefinition(type.GetDeclaringType());
        }

        return type;
    }
}
