namespace Sira.Kernel.Messaging.DeadLetters;

/// <summary>Published when a group has set a message aside.</summary>
/// <param name="Letter">Which and why; in a durable group it does not have its id yet.</param>
public readonly record struct MessageDeadLettered(DeadLetter Letter);
