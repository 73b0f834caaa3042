using Microsoft.Extensions.AI;
using Sira.Errors;
using Sira.Gateway.Routing;

namespace Sira.Gateway.Attempts;

/// <summary>What a whole answer amounts to.</summary>
/// <param name="Failure">What is wrong with it, or <see langword="null"/> when it is good.</param>
/// <param name="Usage">The usage that it reports.</param>
/// <param name="ReceivedTokens">The tokens it has, roughly.</param>
/// <param name="IsPending">Whether it goes on in the background.</param>
internal readonly record struct UnaryOutcome(BackendException? Failure, UsageDetails? Usage, long ReceivedTokens = 0, bool IsPending = false)
{
    /// <summary>Judges what a backend returned, which from a hostile one is <see langword="null"/>.</summary>
    public static UnaryOutcome Of<TOperation, TResult>(TOperation operation, TResult? result, RouteTarget target)
        where TOperation : struct, IUnaryOperation<TResult>
        where TResult : class =>
        result is null ? new UnaryOutcome(FailureClassifier.Malformed(target, "no answer"), Usage: null) : operation.Judge(result, target);
}
