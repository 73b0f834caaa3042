using Microsoft.Extensions.AI;

namespace Sira.Requests;

/// <summary>What the response cache may do for one request, see <see cref="SiraChatOptions.Cache"/>. Without a cache in the pipeline it has no effect.</summary>
/// <param name="Mode">What it may do.</param>
public sealed record CacheControl(CacheMode Mode)
{
    /// <summary>The key in <see cref="ChatOptions.AdditionalProperties"/> under which plain options carry it.</summary>
    public const string PropertyName = "sira.cache";

    /// <summary>Gets the control that neither looks up nor stores.</summary>
    public static CacheControl Bypass { get; } = new(CacheMode.Bypass);

    /// <summary>Gets the control that asks anew and stores the answer.</summary>
    public static CacheControl Refresh { get; } = new(CacheMode.Refresh);

    /// <summary>Gets the control that looks up and stores nothing.</summary>
    public static CacheControl ReadOnly { get; } = new(CacheMode.ReadOnly);

    /// <summary>Finds the control that options carry.</summary>
    /// <param name="options">The options of the call.</param>
    /// <returns>The control, or <see langword="null"/> when they carry none.</returns>
    public static CacheControl? Find(ChatOptions? options) =>
        options is SiraChatOptions { Cache: { } control } ? control
        : options?.AdditionalProperties is { } properties && properties.TryGetValue(PropertyName, out var value) ? value as CacheControl
        : null;
}
