using Microsoft.Extensions.AI;

namespace Sira.Backends.Wire;

/// <summary>What a wire format writes.</summary>
/// <param name="ModelId">The provider's id of the model.</param>
/// <param name="Messages">The messages, materialised.</param>
/// <param name="Options">The options; <see cref="ChatOptions.ModelId"/> is to be ignored.</param>
/// <param name="Streaming">Whether a stream is asked for.</param>
/// <param name="Client">The client that sends it, which <see cref="ChatOptions.RawRepresentationFactory"/> is handed.</param>
internal readonly record struct WireRequest(string ModelId, IReadOnlyList<ChatMessage> Messages, ChatOptions? Options, bool Streaming, IChatClient? Client = null);
