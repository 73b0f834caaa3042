namespace Sira.Simulation.Wires;

/// <summary>The errors that every provider has, each in its own words.</summary>
internal enum ProviderErrorKind
{
    /// <summary>The request itself is wrong.</summary>
    BadRequest,

    /// <summary>The key is wrong.</summary>
    Unauthorized,

    /// <summary>The account has to be paid.</summary>
    Billing,

    /// <summary>The key may not do this.</summary>
    Forbidden,

    /// <summary>There is no such model.</summary>
    ModelNotFound,

    /// <summary>The input is longer than the model's context.</summary>
    ContextLength,

    /// <summary>The provider's filter refused the prompt.</summary>
    ContentFilter,

    /// <summary>Too many requests in the window.</summary>
    RateLimit,

    /// <summary>The quota is used up; waiting a little does not help.</summary>
    Quota,

    /// <summary>The provider failed.</summary>
    ServerError,

    /// <summary>The provider is temporarily away.</summary>
    Unavailable,

    /// <summary>The provider has too much to do.</summary>
    Overloaded,
}
