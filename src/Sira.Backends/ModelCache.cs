using System.Collections.Concurrent;

namespace Sira.Backends;

/// <summary>Keeps what was made for a model, within bounds: ids may come from callers.</summary>
internal sealed class ModelCache<T>(Func<string, T> create)
{
    // Far more than a backend has targets; beyond it things are made anew each time, which is only slower.
    private const int Maximum = 1024;

    private readonly ConcurrentDictionary<string, T> made = new(StringComparer.Ordinal);

    public T Get(string modelId)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(modelId);
        return made.TryGetValue(modelId, out var found) ? found
            : made.Count < Maximum ? made.GetOrAdd(modelId, create)
            : create(modelId);
    }
}
