using System.Globalization;
using Sira.Kernel.Configuration;

namespace Sira.Tests.Simulation;

/// <summary>The section <c>Sira</c> of a world, as the invariants read it.</summary>
internal sealed class WorldSettings(Dictionary<string, string?> values)
{
    public IReadOnlyDictionary<string, string?> Values => values;

    public string? Get(string key) => values.GetValueOrDefault("Sira:" + key);

    public int GetInt(string key, int otherwise) => Get(key) is { } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    public decimal? GetDecimal(string key) => Get(key) is { } value ? decimal.Parse(value, CultureInfo.InvariantCulture) : null;

    public TimeSpan? GetDuration(string key) => Get(key) is { } value && DurationText.TryParse(value, out var duration) ? duration : null;

    public bool HasRoute(string route) => Get($"Routes:{route}:Targets:0") is not null || Get($"EmbeddingRoutes:{route}:Targets:0") is not null;

    public static string Section(CallerPlan plan) => plan.Kind == CallerKind.Embeddings ? "EmbeddingRoutes" : "Routes";

    /// <summary>The targets of a route, fallbacks included.</summary>
    public IEnumerable<string> TargetsOf(CallerPlan plan) => plan.Route is null ? [] : List($"{Section(plan)}:{plan.Route}:Targets").Concat(List($"{Section(plan)}:{plan.Route}:Fallbacks"));

    /// <summary>The budgets that a request reserves from: the pool's name, and its limit in dollars, tokens or requests.</summary>
    public IEnumerable<(string Pool, string Kind, decimal Limit)> BudgetsOf(CallerPlan plan)
    {
        var own = plan.Route is null ? [] : Budgets($"{Section(plan)}:{plan.Route}:", $"{(plan.Kind == CallerKind.Embeddings ? "embedding route" : "route")} '{plan.Route}'");
        return Budgets(string.Empty, "all routes").Concat(own);
    }

    /// <summary>All budgets of the section.</summary>
    public IEnumerable<(string Pool, string Kind, decimal Limit)> AllBudgets(IEnumerable<string> routes) =>
        routes.SelectMany(route => Budgets($"Routes:{route}:", $"route '{route}'").Concat(Budgets($"EmbeddingRoutes:{route}:", $"embedding route '{route}'"))).Concat(Budgets(string.Empty, "all routes"));

    private IEnumerable<(string Pool, string Kind, decimal Limit)> Budgets(string path, string owner)
    {
        foreach (var (key, kind) in ((string, string)[])[("Usd", "money"), ("Tokens", "token"), ("Requests", "request")])
        {
            if (GetDecimal($"{path}Budget:{key}") is { } limit)
            {
                yield return ($"{kind} budget of {owner} per {DurationText.Write(GetDuration($"{path}Budget:Per") ?? TimeSpan.FromDays(1))}", kind, limit);
            }
        }
    }

    private IEnumerable<string> List(string key)
    {
        for (var i = 0; Get($"{key}:{i}") is { } value; i++)
        {
            yield return value;
        }
    }
}
