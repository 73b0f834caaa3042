using Microsoft.Extensions.AI;

namespace Sira.Session.Context;

/// <summary>What is sent of a session, and why.</summary>
/// <param name="Messages">The messages, in order. Those of the history are shared with other readers and must not be changed.</param>
/// <param name="Blocks">What the messages are, in their order.</param>
/// <param name="Omitted">What was left out, in order.</param>
/// <param name="Tokens">How many tokens the request is estimated at, with instructions, tools and schema.</param>
/// <param name="Budget">How many there might have been.</param>
public sealed record SessionContext(IReadOnlyList<ChatMessage> Messages, IReadOnlyList<ContextBlock> Blocks, IReadOnlyList<ContextOmission> Omitted, long Tokens, long Budget);
