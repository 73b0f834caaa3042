using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Requests;

namespace Sira.Gateway.Events;

/// <summary>Published on the bus when a mirrored call has ended. The answer is in it: whoever subscribes asked for it.</summary>
/// <param name="Route">The route whose call was mirrored.</param>
/// <param name="Request">The request that was mirrored; the same object as in its <see cref="ResponseCompleted"/>.</param>
/// <param name="Decision">Why the mirrored call went where it went, or <see langword="null"/> when it did not get that far.</param>
/// <param name="Response">The answer, or <see langword="null"/> when it failed.</param>
/// <param name="Failure">Why it failed, or <see langword="null"/>.</param>
public sealed record ShadowCompleted(string Route, RequestContext Request, RouteDecision? Decision, ChatResponse? Response, RequestFailedException? Failure);
