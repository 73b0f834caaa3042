using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Messaging;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Messaging;

public sealed class MemoryJournalTests : MessageJournalContract, IAsyncDisposable
{
    private readonly MemoryEngine engine = new();
    private readonly List<StorageMessageJournal> journals = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var journal in journals)
        {
            await journal.DisposeAsync();
        }

        await engine.DisposeAsync();
    }

    protected override ValueTask<IMessageJournal> CreateAsync()
    {
        journals.Add(new StorageMessageJournal(engine));
        return new(journals[^1]);
    }
}
