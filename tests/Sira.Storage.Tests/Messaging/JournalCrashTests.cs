using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Messaging;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Messaging;

public sealed class JournalCrashTests : JournalCrashContract, IAsyncDisposable
{
    private readonly List<StorageMessageJournal> journals = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var journal in journals)
        {
            await journal.DisposeAsync();
        }
    }

    protected override Func<IMessageJournal> CreateStore()
    {
        var engine = new MemoryEngine();
        return () =>
        {
            var journal = new StorageMessageJournal(engine);
            journals.Add(journal);
            return journal;
        };
    }
}
