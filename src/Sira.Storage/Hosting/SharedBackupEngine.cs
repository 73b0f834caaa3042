using Sira.Storage.Codecs.Encryption;

namespace Sira.Storage.Hosting;

/// <summary>The same of an engine that can copy itself.</summary>
internal sealed class SharedBackupEngine(IStorageEngine engine, IBackupEngine plain, string name, IReadOnlyList<DataKeys> keys) : SharedEngine(engine, name, keys), IBackupEngine
{
    public ValueTask BackupAsync(string path, CancellationToken cancellationToken = default) => plain.BackupAsync(path, cancellationToken);
}
