using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Requests;

namespace Sira.Gateway.Events;

/// <summary>Published on the bus when a model call was answered.</summary>
/// <param name="Request">The request that it belongs to.</param>
/// <param name="Decision">Why it was answered by whom.</param>
/// <param name="Target">The target that answered.</param>
/// <param name="Usage">The usage, if the provider reported it.</param>
/// <param name="Cost">US dollars of the answering attempt, or <see langword="null"/> when unknown.</param>
/// <param name="Duration">How long the answering attempt took.</param>
public readonly record struct ResponseCompleted(RequestContext Request, RouteDecision Decision, string Target, UsageDetails? Usage, decimal? Cost, TimeSpan Duration);
