using System.Collections.Frozen;

namespace Sira.Kernel.Registry;

/// <summary>What the configuration says of an endpoint. Two definitions are equal when they say the same, metadata and tags included.</summary>
/// <param name="Id">The identity, unique within its service; case matters.</param>
public sealed record EndpointDefinition(string Id)
{
    /// <summary>The largest weight, 1,000,000.</summary>
    public const double MaximumWeight = 1_000_000;

    /// <summary>The last priority level, 127.</summary>
    public const int MaximumPriority = 127;

    private static readonly IReadOnlyDictionary<string, string> NoMetadata = FrozenDictionary<string, string>.Empty;

    /// <summary>Gets the relative weight, from 0 to <see cref="MaximumWeight"/>. At 0 the endpoint is picked only when nothing else is left. To take one out of service, drain it instead.</summary>
    /// <value>Default 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The weight is negative, too large or not a number.</exception>
    public double Weight
    {
        get;
        init => field = value is >= 0 and <= MaximumWeight ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"The weight of endpoint '{Id}' must be from 0 to {MaximumWeight:0}.");
    }

    = 1;

    /// <summary>Gets the priority level, from 0 to <see cref="MaximumPriority"/>. A level gets calls as far as the ones before it lack healthy endpoints.</summary>
    /// <value>Default 0, the first.</value>
    /// <exception cref="ArgumentOutOfRangeException">The priority is negative or too large.</exception>
    public int Priority
    {
        get;
        init => field = value is >= 0 and <= MaximumPriority ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"The priority of endpoint '{Id}' must be from 0 to {MaximumPriority}, 0 being the first level.");
    }

    /// <summary>Gets where calls go; <see langword="null"/> where whoever uses the endpoint knows by its identity.</summary>
    /// <exception cref="ArgumentException">The address carries credentials, which would be shown wherever it is.</exception>
    public Uri? Address
    {
        get;
        init => field = value is not { IsAbsoluteUri: true, UserInfo.Length: > 0 } ? value : throw new ArgumentException($"The address of endpoint '{Id}' carries credentials. Give it without, and the credentials to whoever makes the calls.", nameof(Address));
    }

    /// <summary>Gets where the endpoint is; <see langword="null"/> when nobody knows.</summary>
    public Locality? Locality { get; init; }

    /// <summary>Gets the tags to find the endpoint by; case matters. What is given is copied.</summary>
    /// <value>Default: none.</value>
    /// <exception cref="ArgumentNullException">They are <see langword="null"/>.</exception>
    public IReadOnlySet<string> Tags
    {
        get;
        init => field = (value ?? throw Missing(nameof(Tags))).ToFrozenSet(StringComparer.Ordinal);
    }

    = FrozenSet<string>.Empty;

    /// <summary>Gets free-form facts such as provider or version. Not to be changed any more once it is given.</summary>
    /// <value>Default: none.</value>
    /// <exception cref="ArgumentNullException">It is <see langword="null"/>.</exception>
    public IReadOnlyDictionary<string, string> Metadata
    {
        get;
        init => field = value ?? throw Missing(nameof(Metadata));
    }

    = NoMetadata;

    /// <inheritdoc />
    public bool Equals(EndpointDefinition? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Id == other.Id
            && Weight == other.Weight
            && Priority == other.Priority
            && Address == other.Address
            && Locality == other.Locality
            && Tags.SetEquals(other.Tags)
            && SameMetadata(other.Metadata));

    /// <inheritdoc />
    public override int GetHashCode() => Id.GetHashCode(StringComparison.Ordinal);

    private ArgumentNullException Missing(string member) => new(member, $"The {member} of endpoint '{Id}' must not be null. Leave it out where there is nothing to say.");

    private bool SameMetadata(IReadOnlyDictionary<string, string> other)
    {
        if (ReferenceEquals(Metadata, other))
        {
            return true;
        }

        if (Metadata.Count != other.Count)
        {
            return false;
        }

        foreach (var (key, value) in Metadata)
        {
            if (!other.TryGetValue(key, out var found) || found != value)
            {
                return false;
            }
        }

        return true;
    }
}
