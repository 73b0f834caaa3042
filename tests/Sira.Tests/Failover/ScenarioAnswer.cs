using Microsoft.Extensions.AI;
using Sira.Decisions;

namespace Sira.Tests.Failover;

/// <summary>What a caller got.</summary>
/// <param name="Response">The answer, as a consumer that heeds <c>StreamRestart</c> puts it together.</param>
/// <param name="Restarts">How often it was told to discard what it had.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record ScenarioAnswer(ChatResponse Response, int Restarts, TimeSpan Elapsed)
{
    public RouteDecision Decision => Response.GetRouteDecision()!;

    public IReadOnlyList<RouteAttempt> Attempts => Decision.Attempts;

    public IEnumerable<FunctionCallContent> Calls => Response.Messages.SelectMany(static message => message.Contents).OfType<FunctionCallContent>();
}
