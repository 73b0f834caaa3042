using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Sira.Plugins.Loading.Contexts;

/// <summary>Reads which assemblies an assembly refers to, without loading it.</summary>
internal static class AssemblyReferences
{
    /// <exception cref="BadImageFormatException">The content is no assembly.</exception>
    public static IReadOnlyList<AssemblyName> Of(byte[] content)
    {
        using var image = new PEReader(new MemoryStream(content, writable: false));
        if (!image.HasMetadata)
        {
            throw new BadImageFormatException("It holds no managed code.");
        }

        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetAssemblyReference(handle).GetAssemblyName())];
    }
}
