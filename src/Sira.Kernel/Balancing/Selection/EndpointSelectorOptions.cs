using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Kernel.Discovery;
using Sira.Kernel.Registry;

namespace Sira.Kernel.Balancing.Selection;

/// <summary>Among which endpoints calls are spread.</summary>
public sealed record EndpointSelectorOptions
{
    /// <summary>Gets the defaults.</summary>
    public static EndpointSelectorOptions Default { get; } = new();

    /// <summary>Gets which endpoints may be called at all. A predicate is asked again only when the list or the health of the endpoints changes.</summary>
    /// <value>Default: all.</value>
    public EndpointFilter Filter { get; init; } = EndpointFilter.None;

    /// <summary>Gets where the caller is; endpoints of its zone, then of its region, are preferred as far as they are healthy.</summary>
    /// <value>Default <see langword="null"/>: places do not matter.</value>
    public Locality? Locality { get; init; }

    /// <summary>Gets how much more than its share a healthy part of a level can take: at 1.4, a level of which 72 % are healthy still takes everything.</summary>
    /// <value>Default 1.4, Envoy's overprovisioning factor.</value>
    public double OverprovisioningFactor { get; init; } = 1.4;

    /// <summary>Gets the share of healthy endpoints of a level below which health is not believed any more, once all levels together cannot take the load: calls then go to all of them alike, since a few would be overrun. 0 turns this off.</summary>
    /// <value>Default 0.5, Envoy's panic threshold.</value>
    public double PanicThreshold { get; init; } = 0.5;

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Check(OverprovisioningFactor is >= 1 and <= 10, nameof(OverprovisioningFactor), OverprovisioningFactor, "Use a factor from 1 to 10, such as 1.4.");
        Check(PanicThreshold is >= 0 and <= 1, nameof(PanicThreshold), PanicThreshold, "Use a share from 0 to 1, such as 0.5.");

        void Check(bool valid, string name, object value, string fix)
        {
            if (!valid)
            {
                errors.Add($"{path}:{name}", string.Create(CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }
}
