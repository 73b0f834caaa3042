namespace Sira.Errors;

/// <summary>Whose health a failed attempt counts against.</summary>
public enum HealthScope
{
    /// <summary>Nobody's: a caller's mistake or cancellation.</summary>
    None,

    /// <summary>The key's.</summary>
    Key,

    /// <summary>The target's: this model at this provider.</summary>
    Target,

    /// <summary>The whole provider's.</summary>
    Provider,
}
