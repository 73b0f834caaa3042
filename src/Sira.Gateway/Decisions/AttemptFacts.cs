using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Kernel.Resources;
using Sira.Requests;

namespace Sira.Gateway.Decisions;

/// <summary>What a decision remembers of one attempt. Times are timestamps of the clock, rendered when read.</summary>
/// <remarks>The first attempt's facts are a part of every decision, so what may be missing is told by a value of its own type: a <see cref="Nullable{T}"/> for each took half as much memory again.</remarks>
internal struct AttemptFacts
{
    public long Started;
    public long FirstToken;
    public long Ended;
    public UsageDetails? Usage;
    public int TargetIndex;
    public bool IsEstimated;
    private int status;
    private int outputLimit;
    public bool IsHedge;
    private byte errorPlusOne;
    private byte recoveryPlusOne;
    private bool isPriced;
    private long price;

    public BackendErrorKind? Error
    {
        readonly get => errorPlusOne == 0 ? null : (BackendErrorKind)(errorPlusOne - 1);
        set => errorPlusOne = value is { } kind ? (byte)(kind + 1) : (byte)0;
    }

    /// <summary>The policy by which it took over from a stream that had broken.</summary>
    public StreamRecovery? Recovery
    {
        readonly get => recoveryPlusOne == 0 ? null : (StreamRecovery)(recoveryPlusOne - 1);
        set => recoveryPlusOne = value is { } policy ? (byte)(policy + 1) : (byte)0;
    }

    /// <summary>The HTTP status; no response has the status 0.</summary>
    public int? StatusCode
    {
        readonly get => status == 0 ? null : status;
        set => status = value ?? 0;
    }

    /// <summary>The output tokens that a strict budget holds it to; none is held to 0, since refused before.</summary>
    public int? OutputLimit
    {
        readonly get => outputLimit == 0 ? null : outputLimit;
        set => outputLimit = value ?? 0;
    }

    public long? PicoDollars
    {
        readonly get => isPriced ? price : null;
        set => (isPriced, price) = (value is not null, value ?? 0);
    }

    /// <summary>The price in US dollars.</summary>
    public readonly decimal? Cost => isPriced ? Money.ToUsd(price) : null;
}
