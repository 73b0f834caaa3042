namespace Sira.Kernel.Messaging.DeadLetters;

/// <summary>A message that is kept as it is, not as bytes.</summary>
/// <typeparam name="T">The type of message.</typeparam>
internal sealed record MemoryMessage<T>(T Body, MessageMetadata Metadata);
