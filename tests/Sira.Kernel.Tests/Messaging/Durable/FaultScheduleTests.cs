using Sira.Kernel.Messaging.Journal;
using Sira.Testing.Messaging;

namespace Sira.Kernel.Tests.Messaging.Durable;

public sealed class FaultScheduleTests : JournalFaultContract
{
    protected override IMessageJournal Create(TimeProvider time, Func<int, JournalFault> schedule) => new FaultyJournal(new InMemoryMessageJournal(), time, schedule);
}
