using Microsoft.Extensions.AI;

namespace Sira.Backends.Wire;

/// <summary>What a wire format writes.</summary>
/// <param name="ModelId">The provider's id of the model.</param>
/// <param name="Messages">The messages, materialised.</param>
/// <param name="Options">The options; <see cref="ChatOptions.ModelId"/> is to be ignored.</param>
/// <param name="Streaming">Whether a stream is asked for.</param>
internal readonly record struct WireRequest(string ModelId, IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, bool Streaming);
