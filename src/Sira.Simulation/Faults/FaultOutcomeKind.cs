namespace Sira.Simulation.Faults;

/// <summary>What happens instead of an answer.</summary>
internal enum FaultOutcomeKind
{
    /// <summary>An error in the provider's own words.</summary>
    ProviderError,

    /// <summary>The provider's error, but with status 200.</summary>
    ErrorInsideOk,

    /// <summary>A status and a body that the test chose.</summary>
    Raw,

    /// <summary>A 200 without a body.</summary>
    EmptyBody,

    /// <summary>An answer that ends in the middle of its JSON, while HTTP ends well.</summary>
    TruncatedJson,

    /// <summary>The connection is reset before headers.</summary>
    ConnectionReset,

    /// <summary>There is no connection to be had.</summary>
    ConnectionRefused,

    /// <summary>Nothing ever comes.</summary>
    NeverAnswers,
}
