using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Sira.Plugins.Loading.Contexts;

/// <summary>Reads which assemblies an assembly refers to, without loading it.</summary>
internal static class AssemblyReferences
{
    /// <exception cref="BadImageFormatException">The content is no assembly.</exception>
    public static AssemblyReference[] Of(byte[] content)
    {
        using var image = new PEReader(new MemoryStream(content, writable: false));
        if (!image.HasMetadata)
        {
            throw new BadImageFormatException("It holds no managed code.");
        }

        var metadata = image.GetMetadataReader();
        var references = new AssemblyReference[metadata.AssemblyReferences.Count];
        var index = 0;
        foreach (var handle in metadata.AssemblyReferences)
        {
            var reference = metadata.GetAssemblyReference(handle);
            references[index++] = new AssemblyReference(metadata.GetString(reference.Name), reference.Version);
        }

        return references;
    }
}
