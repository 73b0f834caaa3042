namespace Sira.Gateway.Configuration;

/// <summary>Whether a target whose price is unknown may be used.</summary>
public enum UnknownPricePolicy
{
    /// <summary>It may; its calls are counted as unpriced, never as free.</summary>
    Allow,

    /// <summary>It is no candidate where a money budget applies.</summary>
    Deny,

    /// <summary>It may, and is reserved and billed at the prices of <see cref="UnknownPriceEstimate"/>; what it costs is marked as an estimate.</summary>
    Estimate,
}
