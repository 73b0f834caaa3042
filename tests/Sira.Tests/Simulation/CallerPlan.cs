using Sira.Requests;

namespace Sira.Tests.Simulation;

/// <summary>One request: when it is made, what it asks for, and when its caller loses patience or interest.</summary>
internal sealed class CallerPlan(int number, CallerKind kind, TimeSpan start, string? route, string? model)
{
    public int Number => number;

    public CallerKind Kind => kind;

    public TimeSpan Start => start;

    /// <summary>The route that answers, or <see langword="null"/> for a target or a name that is asked for directly.</summary>
    public string? Route => route;

    public string? Model => model;

    public int? MaxOutputTokens { get; set; }

    public int? LeaveAfter { get; set; }

    public TimeSpan? CancelAfter { get; set; }

    /// <summary>How long the consumer takes over each update.</summary>
    public TimeSpan Pause { get; set; }

    public int? MaxAttempts { get; set; }

    public long? MaxTokens { get; set; }

    public decimal? MaxUsd { get; set; }

    public TimeSpan? MaxDuration { get; set; }

    public int Words { get; set; }

    public float? Temperature { get; set; }

    public bool AcceptsRestart { get; set; }

    public string? AffinityKey { get; set; }

    public string? Tenant { get; set; }

    public string? Team { get; set; }

    public string? User { get; set; }

    public string? Key { get; set; }

    public string? Tag { get; set; }

    public int Priority { get; set; }

    public RoutingOptions? Routing { get; set; }

    public CacheControl? Cache { get; set; }

    /// <summary>What others ask too, word for word, so that a cache can answer it; <see langword="null"/> for a question of its own.</summary>
    public string? Question { get; set; }

    public string Prompt => Question ?? $"#{number} " + string.Join(' ', Enumerable.Repeat("word", Words));

    public IReadOnlyDictionary<string, string>? Tags => Tag is null ? null : new Dictionary<string, string> { ["plan"] = Tag };

    public RequestBudget? Budget => MaxAttempts is null && MaxTokens is null && MaxUsd is null && MaxDuration is null
        ? null
        : new RequestBudget { MaxAttempts = MaxAttempts, MaxTokens = MaxTokens, MaxCost = MaxUsd, MaxDuration = MaxDuration };

    public override string ToString() =>
        $"caller {number}: {kind} of {route ?? model ?? "nothing"} at {start.TotalSeconds:0.000} s, max output {MaxOutputTokens}, leaves after {LeaveAfter}, cancels after {CancelAfter}, pauses {Pause}, budget {Budget}, tenant {Tenant}, priority {Priority}, {Routing} {Cache} {Question}";
}
