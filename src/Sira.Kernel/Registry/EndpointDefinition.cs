namespace Sira.Kernel.Registry;

/// <summary>What the configuration says of an endpoint.</summary>
/// <param name="Id">The identity, unique within its service; case matters.</param>
public sealed record EndpointDefinition(string Id)
{
    /// <summary>The largest weight, 1,000,000.</summary>
    public const double MaximumWeight = 1_000_000;

    private static readonly IReadOnlyDictionary<string, string> NoMetadata = new Dictionary<string, string>();

    /// <summary>Gets the relative weight, from 0 to <see cref="MaximumWeight"/>. At 0 the endpoint is drained: it is picked only when nothing else is left.</summary>
    /// <value>Default 1.</value>
    /// <exception cref="ArgumentOutOfRangeException">The weight is negative, too large or not a number.</exception>
    public double Weight
    {
        get;
        init => field = value is >= 0 and <= MaximumWeight ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"The weight of endpoint '{Id}' must be from 0 to {MaximumWeight:0}.");
    }

    = 1;

    /// <summary>Gets free-form facts such as region or provider.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = NoMetadata;
}
