using Microsoft.Extensions.Logging.Abstractions;
using Sira.Storage.Capabilities;
using Sira.Storage.Changes;
using Sira.Storage.Errors;
using Sira.Storage.Keys;
using Sira.Storage.RocksDb.Opening;
using Sira.Storage.RocksDb.Reading;
using Sira.Storage.RocksDb.Writing;

namespace Sira.Storage.RocksDb.Tests.Writing;

public sealed class WriterTests
{
    private static readonly StoreKey Key = new("writer", "a");

    [Theory]
    [InlineData(StorageDurability.ProcessCrash)]
    [InlineData(StorageDurability.PowerLoss)]
    public async Task WriteAsync_AfterTheEnd_IsClosed(StorageDurability durability)
    {
        using var folder = new RocksDbFolder();
        var errors = new RocksDbErrors("engine", folder.Database);
        using var database = new DatabaseOpener(folder.Options, TimeProvider.System, errors).Open();
        var writer = new Writer(database, new ChangeHub("rocksdb"), errors, 10, NullLogger.Instance);
        Assert.True((await writer.WriteAsync(Put(durability), default)).IsDone);
        await writer.EndAsync();
        writer.Dispose();

        var refused = await Assert.ThrowsAsync<StorageException>(async () => await writer.WriteAsync(Put(durability), default));

        Assert.Equal((StorageErrorKind.Closed, false), (refused.Kind, refused.IsUncertain));
    }

    private static PutRequest Put(StorageDurability durability) => new(Key, default, default, durability);
}
