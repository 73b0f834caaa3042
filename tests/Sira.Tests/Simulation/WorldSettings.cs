using System.Globalization;
using Sira.Kernel.Configuration;
using Sira.Kernel.Resources;

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
    public IEnumerable<string> TargetsOf(CallerPlan plan) => ListOf(plan, "Targets").Concat(ListOf(plan, "Fallbacks"));

    /// <summary>Whether a request's route can reach targets beyond those of <see cref="TargetsOf"/>.</summary>
    public bool HasOtherTargets(CallerPlan plan) =>
        Get("DefaultFallbacks:0") is not null || ((string[])["ContextFallbacks", "ContentPolicyFallbacks", "DegradedTargets"]).Any(list => ListOf(plan, list).Any()) || Get(Path(plan, "Split:Arms:1:Name")) is not null;

    /// <summary>A list of a request's route.</summary>
    public IEnumerable<string> ListOf(CallerPlan plan, string key) => plan.Route is null ? [] : List($"{Section(plan)}:{plan.Route}:{key}");

    /// <summary>A key of a request's route; the path of nothing for a request without one.</summary>
    public static string Path(CallerPlan plan, string key) => $"{Section(plan)}:{plan.Route}:{key}";

    /// <summary>The budgets that a request reserves from.</summary>
    public IEnumerable<WorldBudget> BudgetsOf(CallerPlan plan)
    {
        var own = plan.Route is null ? [] : Budgets($"{Section(plan)}:{plan.Route}:", $"{(plan.Kind == CallerKind.Embeddings ? "embedding route" : "route")} '{plan.Route}'", plan);
        return Budgets(string.Empty, "all routes", plan).Concat(own);
    }

    public bool GetBoolean(string key) => string.Equals(Get(key), "true", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<WorldBudget> Budgets(string path, string owner, CallerPlan plan)
    {
        foreach (var at in (string[])["Budget:", "Budgets:0:", "Budgets:1:"])
        {
            foreach (var (key, kind) in ((string, string)[])[("Usd", "money"), ("Tokens", "token"), ("Requests", "request")])
            {
                if (GetDecimal(path + at + key) is { } limit)
                {
                    var per = GetDuration(path + at + "Per") ?? TimeSpan.FromDays(1);
                    var length = Get(path + at + "Window") == "CalendarMonth" ? "month" : DurationText.Write(per);
                    var (family, value) = FamilyOf(Get(path + at + "For"), plan);
                    var name = family is null ? $"{kind} budget of {owner} per {length}" : $"{kind} budget of {family} '{ResourcePoolFamily.KeyPlaceholder}' on {owner} per {length}";
                    yield return new WorldBudget(name, value, kind, limit, length == "month" ? TimeSpan.FromDays(28) : per, GetBoolean(path + at + "Strict"));
                }
            }
        }
    }

    private static (string? Family, string? Key) FamilyOf(string? scope, CallerPlan plan) => scope switch
    {
        "Tenant" => ("tenant", plan.Tenant ?? "(none)"),
        "Team" => ("team", plan.Team ?? "(none)"),
        "User" => ("user", plan.User ?? "(none)"),
        "Key" => ("key", plan.Key ?? "(none)"),
        "Tag" => ("tag 'plan' =", plan.Tag ?? "(none)"),
        _ => (null, null),
    };

    private IEnumerable<string> List(string key)
    {
        for (var i = 0; Get($"{key}:{i}") is { } value; i++)
        {
            yield return value;
        }
    }
}
