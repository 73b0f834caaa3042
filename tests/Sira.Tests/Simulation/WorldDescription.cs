using System.Globalization;

namespace Sira.Tests.Simulation;

/// <summary>Everything that a seed stands for.</summary>
internal sealed class WorldDescription
{
    private static readonly string[] RouteNames = ["default", "second", "third"];
    private readonly WorldRandom random;
    private readonly string? mirrored;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="mirrored">The share of calls that is mirrored on every route, to one healthy target; <see langword="null"/> for what is drawn.</param>
    public WorldDescription(long seed, string? mirrored = null)
    {
        (Seed, this.mirrored) = (seed, mirrored);
        random = new WorldRandom(seed, "world");
        Backends = [.. Enumerable.Range(0, random.Between(1, 4)).Select(CreateBackend)];
        if (random.Chance(0.35) || mirrored is not null)
        {
            Backends = [.. Backends, CreateBackend(Backends.Count) with { EmbeddingModel = null, IsShadow = true, Temper = mirrored is null ? random.Pick(BackendTemper.Healthy, BackendTemper.Flaky) : BackendTemper.Healthy }];
        }

        SameAnswers = random.Chance(0.5);
        HalfOpenProbes = random.Between(1, 2);
        IsObedient = random.Chance(0.7);
        BudgetWindow = random.Pick("Sliding", "Sliding", "Fixed", "CalendarMonth");
        UsesCache = random.Chance(0.3);
        DrainsAt = random.Chance(0.1) ? random.Milliseconds(1, 40_000) : null;
        Prefills = [.. OpenTargets.Where(_ => random.Chance(0.4))];
        Limits = random.Chance(0.5) ? [.. random.Some(OpenTargets.Concat(Backends.Where(static backend => !backend.IsShadow).Select(static backend => backend.Name)), 1, 3).Select(target => WorldLimit.Create(target, random))] : [];
        Routes = [.. RouteNames.Take(random.Between(1, RouteNames.Length))];
        Settings = CreateSettings(random);
        Reloads = [.. CreateReloads()];
        Callers = [.. Enumerable.Range(0, random.Between(5, 40)).Select(CreateCaller)];
    }

    public long Seed { get; }

    public IReadOnlyList<WorldBackend> Backends { get; }

    public IReadOnlyList<string> Routes { get; }

    public WorldSettings Settings { get; }

    public IReadOnlyList<WorldReload> Reloads { get; }

    public IReadOnlyList<CallerPlan> Callers { get; }

    public int HalfOpenProbes { get; }

    /// <summary>Whether providers keep to the longest answer that they are told, and count about as much input as is estimated.</summary>
    public bool IsObedient { get; }

    public string BudgetWindow { get; }

    public bool UsesCache { get; }

    /// <summary>When it is drained; in any case it is when all callers have ended.</summary>
    public TimeSpan? DrainsAt { get; }

    /// <summary>The targets that go on from the beginning of an answer.</summary>
    public IReadOnlyList<string> Prefills { get; }

    public IReadOnlyList<WorldLimit> Limits { get; }

    /// <summary>The targets that callers can reach.</summary>
    public IEnumerable<string> OpenTargets => Backends.Where(static backend => !backend.IsShadow).SelectMany(static backend => backend.Targets);

    /// <summary>Whether a caller gets the same text from everybody, as at temperature 0, so that one stream can go on where another broke off.</summary>
    public bool SameAnswers { get; }

    public override string ToString() => string.Join(
        Environment.NewLine,
        Backends.Select(static backend => backend.ToString())
            .Concat(Settings.Values.Where(static pair => !pair.Key.StartsWith("Sira:Backends", StringComparison.Ordinal)).Select(static pair => $"{pair.Key} = {pair.Value}"))
            .Concat(Reloads.Select(static reload => string.Create(CultureInfo.InvariantCulture, $"reload at {reload.At.TotalSeconds:0.000} s, {(reload.IsValid ? "valid" : "with a mistake")}"))));

    private WorldBackend CreateBackend(int number)
    {
        var kind = random.Pick("openai", "openai", "anthropic", "gemini", "openai-compatible");
        var models = kind switch
        {
            "anthropic" => ["claude-haiku-4-5", "mystery-claude"],
            "gemini" => ["gemini-2.5-flash-lite", "gemini-2.5-flash"],
            "openai" => ["gpt-4.1-mini", "gpt-4.1-nano", "mystery-gpt"],
            _ => (string[])["mystery-llama", "mystery-gpt"],
        };
        return new WorldBackend(
            $"b{number}",
            kind,
            kind == "openai" ? random.Pick("chat", "responses") : null,
            random.Some(models, 1, 2),
            kind == "openai" ? "text-embedding-3-small" : null,
            random.Pick(BackendTemper.Healthy, BackendTemper.Pedantic, BackendTemper.Flaky, BackendTemper.Flaky),
            random.Pick(0.1, 0.3, 0.6, 0.95));
    }

    private WorldSettings CreateSettings(WorldRandom chance)
    {
        var settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var backend in Backends)
        {
            var draft = new SettingsDraft(settings, $"Sira:Backends:{backend.Name}:", chance);
            draft.Set("Kind", backend.Kind);
            draft.SetList("ApiKeys", [.. Enumerable.Range(1, chance.Between(1, 3)).Select(static number => $"key-{number}")]);
            foreach (var model in backend.Models.Where(model => Prefills.Contains($"{backend.Name}/{model}")))
            {
                draft.Set($"Models:{model}:AcceptsPrefill", true);
            }

            _ = backend.Api is null ? draft : draft.Set("Api", backend.Api);
            _ = backend.Kind == "openai-compatible" ? draft.Set("Endpoint", "http://localhost:9/v1") : draft;
        }

        var gateway = new SettingsDraft(settings, "Sira:", chance).Set("Breaker:HalfOpenProbes", HalfOpenProbes);
        Apply(WorldDimensions.Gateway, gateway);
        if (chance.Chance(0.15))
        {
            gateway.SetList("DefaultFallbacks", chance.Some(OpenTargets, 1, 2));
        }

        PolicyDimensions.AddBudgets(gateway, BudgetWindow);
        if (UsesCache)
        {
            gateway.Set("Cache:TimeToLive", "20s").Set("Cache:StaleFor", "15s");
        }

        for (var i = 0; i < Limits.Count; i++)
        {
            Limits[i].Write(gateway, i);
        }

        foreach (var route in Routes)
        {
            AddRoute(settings, $"Sira:Routes:{route}:", [.. OpenTargets], isEmbedding: false, chance);
        }

        var embedding = Backends.Where(static backend => backend.EmbeddingModel is not null).Select(static backend => $"{backend.Name}/{backend.EmbeddingModel}").ToList();
        if (embedding.Count > 0)
        {
            AddRoute(settings, "Sira:EmbeddingRoutes:vectors:", embedding, isEmbedding: true, chance);
        }

        return new WorldSettings(settings);
    }

    private void AddRoute(Dictionary<string, string?> settings, string path, IReadOnlyList<string> possible, bool isEmbedding, WorldRandom chance)
    {
        var drawn = chance.Some(possible, 1, 6);
        var first = chance.Between(1, drawn.Count);
        var draft = new SettingsDraft(settings, path, chance) { Targets = drawn, IsEmbedding = isEmbedding, Shadows = isEmbedding ? [] : [.. Backends.Where(static backend => backend.IsShadow).SelectMany(static backend => backend.Targets)] };
        draft.SetList("Targets", drawn[..first]);
        string[] lists = isEmbedding ? ["Fallbacks"] : ["Fallbacks", "Fallbacks", "ContextFallbacks", "ContentPolicyFallbacks", "DegradedTargets"];
        foreach (var list in drawn[first..].GroupBy(_ => chance.Pick(lists)).ToList())
        {
            draft.SetList(list.Key, [.. list]);
        }

        Apply(WorldDimensions.Route, draft);
        PolicyDimensions.AddBudgets(draft, BudgetWindow);
        if (mirrored is not null && draft.Shadows.Count > 0)
        {
            settings.Remove(path + "Shadow:MaxConcurrency");
            draft.Set("Shadow:Targets", draft.Shadows[0]).Set("Shadow:Percent", mirrored);
        }
    }

    private static void Apply(Action<SettingsDraft>[] dimensions, SettingsDraft draft)
    {
        foreach (var dimension in dimensions)
        {
            dimension(draft);
        }
    }

    private IEnumerable<WorldReload> CreateReloads()
    {
        for (var number = random.Chance(0.5) ? 0 : random.Between(1, 3); number > 0; number--)
        {
            var settings = CreateSettings(new WorldRandom(Seed, "reload " + number));
            var isValid = random.Chance(0.7);
            if (!isValid)
            {
                var values = new Dictionary<string, string?>(settings.Values, StringComparer.OrdinalIgnoreCase) { ["Sira:Routes:default:Targets:0"] = "nobody/nothing" };
                settings = new WorldSettings(values);
            }

            yield return new WorldReload(random.Milliseconds(1, 60_000), settings, isValid);
        }
    }

    private CallerPlan CreateCaller(int number)
    {
        var chance = new WorldRandom(Seed, "caller " + number);
        var hasEmbeddings = Backends.Any(static backend => backend.EmbeddingModel is not null);
        var kind = hasEmbeddings && chance.Chance(0.15) ? CallerKind.Embeddings : chance.Pick(CallerKind.Unary, CallerKind.Stream, CallerKind.Stream);
        var start = chance.Milliseconds(1, chance.Pick(2_000, 60_000));
        var route = kind == CallerKind.Embeddings ? "vectors" : chance.Chance(0.85) ? chance.Pick(Routes) : null;
        var model = route is not null ? (route == "default" ? null : "@" + route)
            : chance.Chance(0.8) ? chance.Pick([.. OpenTargets]) : "nobody/nothing";
        var plan = new CallerPlan(number, kind, start, route, model);
        foreach (var dimension in WorldDimensions.Caller)
        {
            dimension(plan, chance);
        }

        plan.Routing = chance.Chance(0.15) ? RoutingDraw.Draw(chance, [.. OpenTargets]) : null;
        if (UsesCache && kind != CallerKind.Embeddings && chance.Chance(0.7))
        {
            (plan.Question, plan.Temperature, plan.MaxOutputTokens) = ($"Question {chance.Between(1, 3)}: what do bridges do?", null, null);
            plan.Routing = null;
        }

        return plan;
    }
}
