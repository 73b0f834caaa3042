using Microsoft.Extensions.AI;
using Sira.Errors;

namespace Sira.Backends.Wire;

/// <summary>Turns the server-sent events of one stream into updates. Holds the state that fragments need (tool calls in parts, usage in its own chunk).</summary>
internal interface IWireStreamReader
{
    /// <summary>Gets whether the protocol's terminal event has been seen, after which nothing more is expected.</summary>
    bool IsTerminated { get; }

    /// <summary>Gets whether the whole answer with its usage has been seen, so that only the terminal event may still come: for that it is not worth waiting long.</summary>
    bool IsComplete => IsTerminated;

    /// <summary>Gets whether a finish reason has been seen.</summary>
    bool HasFinishReason { get; }

    /// <summary>Reads one event and adds the updates it makes, which may be none. Throws <see cref="BackendException"/> for an error event and for undecodable data.</summary>
    /// <param name="eventType">The SSE event type, <c>message</c> when the wire names none.</param>
    /// <param name="data">The event's data, UTF-8.</param>
    /// <param name="updates">Where updates go.</param>
    void Read(string eventType, ReadOnlySpan<byte> data, List<ChatResponseUpdate> updates);

    /// <summary>Ends the stream: adds what was held back, such as tool calls whose fragments are now complete and usage.</summary>
    /// <param name="updates">Where updates go.</param>
    void Finish(List<ChatResponseUpdate> updates);
}
