using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Messaging;
using Sira.Storage.Tests.Engines.Sqlite;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Messaging;

public sealed class SqliteJournalTests : MessageJournalContract, IAsyncDisposable
{
    private readonly TemporaryFile file = new();
    private readonly SqliteEngine engine;
    private readonly StorageMessageJournal journal;

    public SqliteJournalTests()
    {
        engine = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });

        // No cache, so that everything is read from the file.
        journal = new StorageMessageJournal(engine, new() { CacheBytes = 0 });
    }

    public async ValueTask DisposeAsync()
    {
        await journal.DisposeAsync();
        await engine.DisposeAsync();
        await file.DisposeAsync();
    }

    protected override ValueTask<IMessageJournal> CreateAsync() => new(journal);
}
