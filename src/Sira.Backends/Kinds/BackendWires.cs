using Sira.Backends.Wire;
using Sira.Models;

namespace Sira.Backends.Kinds;

/// <summary>How one backend is talked to.</summary>
internal sealed record BackendWires
{
    public required IWireFormat Chat { get; init; }

    /// <summary>Gets what the chat wire can say.</summary>
    public required RequestFeatures Features { get; init; }

    public IEmbeddingWireFormat? Embeddings { get; init; }

    /// <summary>Gets how many texts one call may embed.</summary>
    public int MaximumEmbeddingBatch { get; init; } = 1;

    /// <summary>Gets the address that the wires' paths are appended to.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Gets what is appended to every query.</summary>
    public string? Query { get; init; }

    /// <summary>Gets headers of the protocol itself, such as its version.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
