namespace Sira.Kernel.Messaging;

/// <summary>Published when a subscriber threw. When a subscriber of this message throws, or of one that is published while this one is handled, that is only logged.</summary>
/// <param name="MessageType">The type of the message that was handled.</param>
/// <param name="Exception">What the handler threw.</param>
public readonly record struct HandlerFaulted(Type MessageType, Exception Exception);
