using System.Collections.Concurrent;
using Sira.Kernel.Configuration;
using Sira.Storage.Keys;

namespace Sira.Storage.Routing;

/// <summary>The engines, and which of them keeps what. Immutable.</summary>
internal sealed class StorageRoutes
{
    // Partitions come from requests; what is beyond is looked up in the rules each time.
    private const int MaximumKnown = 100_000;

    private readonly (StorageRule Rule, IStorageEngine Engine)[] rules;
    private readonly IStorageEngine? fallback;
    private readonly ConcurrentDictionary<StorePartition, IStorageEngine> known = new();

    private StorageRoutes(IReadOnlyList<IStorageEngine> engines, (StorageRule Rule, IStorageEngine Engine)[] rules, IStorageEngine? fallback) =>
        (Engines, this.rules, this.fallback) = (engines, rules, fallback);

    /// <summary>Gets the engines, in the order in which they were added.</summary>
    public IReadOnlyList<IStorageEngine> Engines { get; }

    /// <summary>Finds the engine of each rule.</summary>
    /// <param name="engines">The engines.</param>
    /// <param name="rules">The rules, the first that matches decides.</param>
    /// <param name="defaultEngine">What keeps the rest; <see langword="null"/> means the first engine.</param>
    /// <param name="path">Where the storage stands in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public static StorageRoutes Create(IReadOnlyList<IStorageEngine> engines, IReadOnlyList<StorageRule> rules, string? defaultEngine, string path, ConfigurationErrors errors)
    {
        var found = new List<(StorageRule Rule, IStorageEngine Engine)>();
        foreach (var rule in rules)
        {
            if (Choose(engines, rule, errors) is { } engine)
            {
                found.Add((rule, engine));
            }
        }

        var fallback = engines.Count > 0 ? engines[0] : null;
        if (defaultEngine is not null)
        {
            fallback = Find(engines, defaultEngine, $"{path}:Default", errors);
        }

        return new StorageRoutes(engines, [.. found], fallback);
    }

    /// <summary>Returns the same, with one namespace kept by an engine of its own.</summary>
    public StorageRoutes With(string @namespace, IStorageEngine engine) =>
        new([.. Engines, engine], [(new StorageRule { Namespace = @namespace, Engine = engine.Name }, engine), .. rules], fallback);

    /// <summary>Returns the engine that keeps a partition.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public IStorageEngine Of(in StorePartition partition)
    {
        if (known.TryGetValue(partition, out var engine))
        {
            return engine;
        }

        engine = Find(partition);
        if (known.Count < MaximumKnown)
        {
            known.TryAdd(partition, engine);
        }

        return engine;
    }

    /// <summary>Returns the engines that keep something of a namespace, depending on the tenant.</summary>
    public IReadOnlyList<IStorageEngine> Of(string @namespace)
    {
        var found = new List<IStorageEngine>();
        foreach (var (rule, engine) in rules)
        {
            if (rule.MatchesNamespace(@namespace))
            {
                found.Add(engine);
                if (rule.Tenant is null)
                {
                    return [.. found.Distinct()];
                }
            }
        }

        return [.. fallback is null ? found.Distinct() : found.Append(fallback).Distinct()];
    }

    private static IStorageEngine? Choose(IReadOnlyList<IStorageEngine> engines, StorageRule rule, ConfigurationErrors errors)
    {
        if (rule.Engine is { } name)
        {
            var path = $"{rule.Path}:{nameof(rule.Engine)}";
            if (Find(engines, name, path, errors) is not { } named)
            {
                return null;
            }

            if (rule.Lack(named.Capabilities) is { } lack)
            {
                errors.Add(path, $"the rule for {rule} names the engine '{name}', which {lack}.", "Name another engine, or ask for less.");
                return null;
            }

            return named;
        }

        foreach (var engine in engines)
        {
            if (rule.Lack(engine.Capabilities) is null)
            {
                return engine;
            }
        }

        var lacks = string.Join("; ", engines.Select(engine => $"'{engine.Name}' {rule.Lack(engine.Capabilities)}"));
        errors.Add(rule.Path, $"no engine has what the rule for {rule} asks for: {(lacks.Length == 0 ? "there is none" : lacks)}.", "Add one that has, or ask for less.");
        return null;
    }

    private static IStorageEngine? Find(IReadOnlyList<IStorageEngine> engines, string name, string path, ConfigurationErrors errors)
    {
        foreach (var engine in engines)
        {
            if (string.Equals(engine.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return engine;
            }
        }

        errors.Add(path, $"there is no engine '{name}'.", UnknownName.Suggest("engine", name, engines.Select(static engine => engine.Name)));
        return null;
    }

    private IStorageEngine Find(in StorePartition partition)
    {
        foreach (var (rule, engine) in rules)
        {
            if (rule.Matches(partition))
            {
                return engine;
            }
        }

        return fallback ?? throw new InvalidOperationException($"No engine keeps '{partition}': there is none. Add one, such as by AddSqliteStorage().");
    }
}
