namespace Sira.Tests.Simulation;

/// <summary>One backend of a world.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">The kind, such as <c>openai</c>.</param>
/// <param name="Api">The wire of a kind that has several.</param>
/// <param name="Models">The chat models; those with a name that begins with <c>mystery</c> have no known price.</param>
/// <param name="EmbeddingModel">The embedding model, if it has one.</param>
/// <param name="Temper">How it behaves.</param>
/// <param name="FaultRate">How often something goes wrong.</param>
internal sealed record WorldBackend(string Name, string Kind, string? Api, IReadOnlyList<string> Models, string? EmbeddingModel, BackendTemper Temper, double FaultRate)
{
    /// <summary>Whether only mirrored calls go there.</summary>
    public bool IsShadow { get; init; }

    public IEnumerable<string> Targets => Models.Select(model => $"{Name}/{model}");

    public override string ToString() => $"{Name}: {Kind} {Api}, {Temper}, {FaultRate}, {string.Join(", ", Models)}";
}
