using Microsoft.Extensions.AI;

namespace Sira.Backends.Wire;

/// <summary>A provider's request JSON, read back into what MEAI can express. What an HTTP endpoint that speaks the wire as a server works with.</summary>
/// <param name="ModelId">The model asked for.</param>
/// <param name="Messages">The messages.</param>
/// <param name="Options">The options; <see cref="ChatOptions.ModelId"/> is set too.</param>
/// <param name="Streaming">Whether a stream was asked for.</param>
public sealed record ChatWireRequest(string ModelId, IReadOnlyList<ChatMessage> Messages, ChatOptions Options, bool Streaming);
