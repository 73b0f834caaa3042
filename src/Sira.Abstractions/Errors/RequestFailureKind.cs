namespace Sira.Errors;

/// <summary>Why a request as a whole failed.</summary>
public enum RequestFailureKind
{
    /// <summary>No route, alias, backend or model has the name asked for.</summary>
    UnknownModel,

    /// <summary>Every target of the route was ruled out before a call was made.</summary>
    NoCandidate,

    /// <summary>A budget or quota has too little left.</summary>
    BudgetExceeded,

    /// <summary>The attempts that were made failed, and no further one was allowed or useful.</summary>
    AttemptsFailed,

    /// <summary>A stream broke after part of the answer had been delivered.</summary>
    Incomplete,

    /// <summary>The request's own deadline passed.</summary>
    DeadlineExceeded,

    /// <summary>Too many requests wait already, or this one waited too long for its turn.</summary>
    Overloaded,

    /// <summary>The gateway is shutting down and takes no new requests.</summary>
    ShuttingDown,

    /// <summary>The request asks for something that does not exist, such as a routing strategy of an unknown name.</summary>
    InvalidRequest,
}
