using System.Text;
using Sira.Decisions;
using Sira.Gateway.Caching;
using Sira.Requests;

namespace Sira.Tests.Simulation;

/// <summary>What became of one request.</summary>
/// <param name="plan">The plan.</param>
internal sealed class CallerResult(CallerPlan plan)
{
    public CallerPlan Plan => plan;

    /// <summary>The section that was in force when it began.</summary>
    public WorldSettings? Settings { get; set; }

    public RequestContext? Request { get; set; }

    public StringBuilder Text { get; } = new();

    public RouteDecision? Decision { get; set; }

    /// <summary><c>answered</c>, <c>left</c>, <c>cancelled</c>, or the kind of failure.</summary>
    public string? Outcome { get; set; }

    public bool WasCutShort { get; set; }

    public TimeSpan Elapsed { get; set; }

    /// <summary>When the first text came, from the beginning.</summary>
    public TimeSpan? FirstText { get; set; }

    /// <summary>What the cache did.</summary>
    public CacheStatus? Cache { get; set; }

    public int Ends { get; set; }

    public List<Arrival> Arrivals { get; } = [];

    /// <summary>How often the bus told of an answer.</summary>
    public int Answers { get; set; }

    public int MaximumAttempts(WorldSettings settings) => plan.Route is null ? 6 : settings.GetInt($"{WorldSettings.Section(plan)}:{plan.Route}:Retry:MaxAttempts", 6);

    /// <summary>What the request may spend: its own budget or, without one, the route's.</summary>
    public RequestBudget Budget(WorldSettings settings)
    {
        if (plan.Budget is { } own || plan.Route is null)
        {
            return plan.Budget ?? RequestBudget.Unlimited;
        }

        var path = $"{WorldSettings.Section(plan)}:{plan.Route}:Request:";
        return new RequestBudget
        {
            MaxAttempts = settings.GetDecimal(path + "MaxAttempts") is { } attempts ? (int)attempts : null,
            MaxTokens = (long?)settings.GetDecimal(path + "MaxTokens"),
            MaxCost = settings.GetDecimal(path + "MaxUsd"),
            MaxDuration = settings.GetDuration(path + "MaxDuration"),
        };
    }
}
