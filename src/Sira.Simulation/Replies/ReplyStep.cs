namespace Sira.Simulation.Replies;

/// <summary>A step of a body.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="At">When, counted from the headers.</param>
/// <param name="Bytes">The bytes to send.</param>
internal readonly record struct ReplyStep(ReplyStepKind Kind, TimeSpan At, ReadOnlyMemory<byte> Bytes);
