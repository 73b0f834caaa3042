using Sira.Kernel.Registry;

namespace Sira.Kernel.Discovery;

/// <summary>Which endpoints of a service are wanted. Everything that is set must hold.</summary>
public sealed record EndpointFilter
{
    /// <summary>Gets the filter that lets everything pass.</summary>
    public static EndpointFilter None { get; } = new();

    /// <summary>Gets the tags that an endpoint must have, every one.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> AllTags { get; init; } = [];

    /// <summary>Gets the tags of which an endpoint must have at least one, unless the list is empty.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> AnyTag { get; init; } = [];

    /// <summary>Gets the tags of which an endpoint must have none.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> NoTag { get; init; } = [];

    /// <summary>Gets the metadata that an endpoint must have, with these values; case matters.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Gets the states of health of which an endpoint must be in one, unless the list is empty.</summary>
    /// <value>Default: any.</value>
    public IReadOnlyList<EndpointHealth> Health { get; init; } = [];

    /// <summary>Gets where an endpoint must be: in the region, and in the zone if one is given.</summary>
    /// <value>Default: anywhere.</value>
    public Locality? Locality { get; init; }

    /// <summary>Gets what else must hold. What it throws reaches whoever uses the filter.</summary>
    public Func<Endpoint, bool>? Predicate { get; init; }

    /// <summary>Returns whether an endpoint is wanted.</summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <returns>Whether everything that is set holds now.</returns>
    public bool Matches(Endpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return HasTags(endpoint.Tags)
            && HasMetadata(endpoint)
            && (Locality is null || (endpoint.Locality is { } place && place.Region == Locality.Region && (Locality.Zone is null || place.Zone == Locality.Zone)))
            && (Health.Count == 0 || Health.Contains(endpoint.Health))
            && (Predicate is null || Predicate(endpoint));
    }

    private bool HasTags(IReadOnlySet<string> tags) =>
        AllTags.All(tags.Contains) && (AnyTag.Count == 0 || AnyTag.Any(tags.Contains)) && !NoTag.Any(tags.Contains);

    private bool HasMetadata(Endpoint endpoint) =>
        Metadata.All(wanted => endpoint.Metadata.TryGetValue(wanted.Key, out var value) && value == wanted.Value);
}
