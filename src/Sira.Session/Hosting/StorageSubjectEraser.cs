using Sira.Storage;
using Sira.Storage.Keys;

namespace Sira.Session.Hosting;

/// <summary>Destroys the data keys of subjects in the storage of the application.</summary>
internal sealed class StorageSubjectEraser(ISiraStorage storage, string @namespace) : ISubjectEraser
{
    public ValueTask EraseAsync(string? tenant, string subject, CancellationToken cancellationToken = default) =>
        storage.EraseAsync(new StorePartition(@namespace, tenant), @namespace, subject, cancellationToken);
}
