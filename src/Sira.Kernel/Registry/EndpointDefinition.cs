namespace Sira.Kernel.Registry;

/// <summary>What the configuration says of an endpoint.</summary>
/// <param name="Id">The identity, unique within the registry.</param>
public sealed record EndpointDefinition(string Id)
{
    private static readonly IReadOnlyDictionary<string, string> NoMetadata = new Dictionary<string, string>();

    /// <summary>Gets the relative weight.</summary>
    /// <value>Default 1.</value>
    public double Weight { get; init; } = 1;

    /// <summary>Gets free-form facts such as region or provider.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = NoMetadata;
}
