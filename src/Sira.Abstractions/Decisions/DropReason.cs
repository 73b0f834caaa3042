namespace Sira.Decisions;

/// <summary>Why a target was no candidate.</summary>
public enum DropReason
{
    /// <summary>It cannot take an option or content of the request.</summary>
    UnsupportedFeature,

    /// <summary>The request does not fit its context window.</summary>
    ContextWindow,

    /// <summary>The request asks for more output than it can give.</summary>
    OutputLimit,

    /// <summary>Its price is unknown and policy demands one.</summary>
    PriceUnknown,

    /// <summary>It would cost more than policy or budget allows.</summary>
    TooExpensive,

    /// <summary>The request continues a response that another target began.</summary>
    Pinned,

    /// <summary>Its breaker is open.</summary>
    CircuitOpen,

    /// <summary>A quota of its own has too little left.</summary>
    QuotaExhausted,

    /// <summary>An allow or deny list excludes it.</summary>
    Excluded,

    /// <summary>Its backend lacks a tag that is required, such as a region or a data policy.</summary>
    TagMismatch,

    /// <summary>Its price per token is above what routing allows, or unknown where a highest price is set.</summary>
    PriceLimit,

    /// <summary>It is a fallback, and fallbacks are not allowed, or its condition has not come about.</summary>
    FallbackNotAllowed,

    /// <summary>It is at the limit of calls that it takes at once.</summary>
    AtCapacity,

    /// <summary>It refuses so much that calls are held back from it for now.</summary>
    Throttled,
}
