using System.Diagnostics;
using Sira.Gateway.Routing;

namespace Sira.Gateway.Attempts;

/// <summary>What differs between calls that are answered whole: chat and embeddings. Implemented by structs, so that sharing the attempts costs a call nothing.</summary>
/// <typeparam name="TResult">The answer.</typeparam>
internal interface IUnaryOperation<TResult>
    where TResult : class
{
    /// <summary>Makes the call.</summary>
    /// <returns>The backend's task, which a hostile backend may leave out.</returns>
    Task<TResult>? Start(Attempt attempt);

    /// <summary>Judges an answer.</summary>
    UnaryOutcome Judge(TResult result, RouteTarget target);

    /// <summary>Puts the decision on a good answer and what is known of it on its span.</summary>
    void Finish(TResult result, Attempt attempt, Activity? activity);
}
