using Microsoft.Extensions.AI;
using Sira.Errors;

namespace Sira.Gateway.Decisions;

/// <summary>What a decision remembers of one attempt. Times are timestamps of the clock, rendered when read.</summary>
internal struct AttemptFacts
{
    public int TargetIndex;
    public long Started;
    public long FirstToken;
    public long Ended;
    public BackendErrorKind? Error;
    public int? StatusCode;
    public UsageDetails? Usage;
    public decimal? Cost;
    public bool IsEstimated;
}
