namespace Sira.Kernel.Tests.Messaging.DeadLetters;

public sealed class MemoryDeadLetterQueueTests() : DeadLetterQueueTests(isDurable: false);
