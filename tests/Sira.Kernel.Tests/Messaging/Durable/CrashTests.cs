using Sira.Kernel.Messaging.Journal;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Durable;

public sealed class CrashTests : JournalCrashContract
{
    protected override Func<IMessageJournal> CreateStore()
    {
        var journal = new InMemoryMessageJournal();
        return () => journal;
    }
}
