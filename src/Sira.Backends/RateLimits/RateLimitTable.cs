using System.Collections.Concurrent;

namespace Sira.Backends.RateLimits;

/// <summary>What one backend's provider said last of the rate limits of each model, within bounds: ids may come from callers.</summary>
internal sealed class RateLimitTable
{
    // As many as a backend keeps clients of models; of more nothing is remembered.
    private const int Maximum = 1024;

    private readonly ConcurrentDictionary<string, RateLimitSlot> slots = new(StringComparer.Ordinal);

    /// <summary>Returns the place for a model, to be kept by the model's client.</summary>
    public RateLimitSlot GetSlot(string modelId) => slots.TryGetValue(modelId, out var slot) ? slot
        : slots.Count < Maximum ? slots.GetOrAdd(modelId, static _ => new RateLimitSlot())
        : new RateLimitSlot();

    /// <summary>Returns what was said of a model last.</summary>
    public RateLimitStatus? Find(string modelId) => slots.TryGetValue(modelId, out var slot) ? slot.Status : null;
}
