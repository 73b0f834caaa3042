using Microsoft.Extensions.AI;

namespace Sira.Testing;

/// <summary>A call that a <see cref="ScriptedChatClient"/> received.</summary>
/// <param name="Messages">The messages as they were at the time of the call.</param>
/// <param name="Options">The options.</param>
/// <param name="Streaming">Whether a stream was asked for.</param>
/// <param name="CancellationToken">The token of the call.</param>
public sealed record ScriptedCall(IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, bool Streaming, CancellationToken CancellationToken);
