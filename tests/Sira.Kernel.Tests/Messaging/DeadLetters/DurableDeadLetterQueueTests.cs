namespace Sira.Kernel.Tests.Messaging.DeadLetters;

public sealed class DurableDeadLetterQueueTests() : DeadLetterQueueTests(isDurable: true);
