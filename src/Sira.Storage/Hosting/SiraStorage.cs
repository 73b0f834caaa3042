using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sira.Kernel.Configuration;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Keys;
using Sira.Storage.LargeValues;
using Sira.Storage.Migration;
using Sira.Storage.Routing;

namespace Sira.Storage.Hosting;

/// <summary>Makes the engines and owns them.</summary>
internal sealed class SiraStorage : ISiraStorage, IAsyncDisposable, IDisposable
{
    private readonly SharedEngine[] engines;
    private readonly Dictionary<string, StorageMigration> migrations = new(StringComparer.Ordinal);
    private StorageRoutes routes;
    private int isDisposed;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="settings">What code and file say.</param>
    /// <param name="needs">What must be met.</param>
    /// <param name="services">What engines are made with.</param>
    /// <exception cref="SiraConfigurationException">A rule names what is not there, or a need is not met; all of them at once.</exception>
    public SiraStorage(StorageSettings settings, IEnumerable<StorageNeed> needs, IServiceProvider services)
    {
        var errors = new ConfigurationErrors();
        var stack = new EngineStack(settings, services);
        engines = stack.Create(errors);
        LargeValues = stack.LargeValues;
        routes = StorageRoutes.Create(engines, [.. settings.Options.Rules], settings.Options.Default, settings.Path, errors);
        if (errors.Items.Count == 0)
        {
            Migrate(settings, services, errors);
            Check(needs, settings.Path, errors);
        }

        errors.ThrowIfAny();
        Start = settings.Options.Start;
    }

    public IReadOnlyList<IStorageEngine> Engines => engines;

    public IReadOnlyDictionary<string, StorageMigration> Migrations => migrations;

    public IReadOnlyDictionary<string, LargeValueEngine> LargeValues { get; }

    /// <summary>Gets what an engine that cannot be opened means for the start of the host.</summary>
    public StorageStart Start { get; }

    /// <summary>Gets all engines as one; <see langword="null"/> where there is none.</summary>
    public IStorageEngine? Whole => engines switch
    {
        [] => null,
        [var only] when migrations.Count == 0 => only,
        _ => new RoutedEngine(routes, routes.Engines),
    };

    public IStorageEngine For(string @namespace)
    {
        StorageArguments.CheckNamespace(@namespace);
        return routes.Of(@namespace) switch
        {
            [] => throw new InvalidOperationException($"No engine keeps '{@namespace}': there is none. Add one, such as by AddSqliteStorage()."),
            [var only] => only,
            var several => new RoutedEngine(routes, several),
        };
    }

    public IStorageEngine Engine(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (var engine in engines)
        {
            if (string.Equals(engine.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return engine;
            }
        }

        throw new UnknownEngineException($"There is no storage engine '{name}'. {UnknownName.Suggest("engine", name, engines.Select(static engine => engine.Name))}", nameof(name));
    }

    public async ValueTask EraseAsync(StorePartition partition, string? scope = null, string? subject = null, CancellationToken cancellationToken = default)
    {
        StorageArguments.Check(partition);
        foreach (var engine in EnginesOf(routes.Of(partition)))
        {
            await engine.EraseAsync(new KeySubject(partition.Tenant, scope, subject), cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 0)
        {
            foreach (var engine in engines)
            {
                await engine.CloseAsync().ConfigureAwait(false);
            }
        }
    }

    // A container that is disposed of without await has no other way; what is being written is a matter of milliseconds.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    // What is being migrated is in both engines.
    private static IEnumerable<SharedEngine> EnginesOf(IStorageEngine engine) => engine switch
    {
        SharedEngine shared => [shared],
        MigratingEngine migrating => [.. EnginesOf(migrating.Core.Source), .. EnginesOf(migrating.Core.Target)],
        _ => throw new UnreachableException($"Nobody knows how to erase in {engine.GetType()}."),
    };

    private void Migrate(StorageSettings settings, IServiceProvider services, ConfigurationErrors errors)
    {
        foreach (var (name, target) in settings.Options.Migrations)
        {
            var path = $"{settings.Path}:Migrations:{name}";
            if (Array.Find(engines, engine => string.Equals(engine.Name, target, StringComparison.OrdinalIgnoreCase)) is not { } to)
            {
                errors.AddUnknownName(path, "engine", target, engines.Select(static engine => engine.Name));
                continue;
            }

            if (routes.Of(name) is not [var from] || ReferenceEquals(from, to))
            {
                errors.Add(path, $"the namespace is not kept by one engine other than '{target}'.", "Migrate a namespace that one engine keeps to another; where it has arrived, take the migration out and let a rule name the engine.");
                continue;
            }

            var migrating = new MigratingEngine(from, to, name, null, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>(), leaveOpen: true);
            migrations.Add(name, new StorageMigration(migrating));
            routes = routes.With(name, migrating);
        }
    }

    private void Check(IEnumerable<StorageNeed> needs, string path, ConfigurationErrors errors)
    {
        foreach (var need in needs)
        {
            var asked = routes.Of(need.Namespace);
            if (asked.Count == 0)
            {
                errors.Add($"{path}:Engines", $"{need.Consumer} needs storage, and there is no engine.", "Add one: AddSqliteStorage() keeps everything in a file, AddMemoryStorage() nothing beyond the process.");
                continue;
            }

            foreach (var engine in asked)
            {
                if (StorageLack.Of(engine.Capabilities, need.Features, need.Durability) is { } lack)
                {
                    // Where it is the durability that somebody has asked for, asking for less is the other way out.
                    var asking = engine.Capabilities.Has(need.Features) ? need.DurabilityPath : null;
                    errors.Add(
                        asking ?? $"{path}:Rules",
                        $"{need.Consumer} keeps the namespace '{need.Namespace}' in the engine '{engine.Name}', which {lack}.",
                        $"Add a rule that gives '{need.Namespace}' to another engine{(asking is null ? string.Empty : ", or ask for less")}.");
                }
            }
        }
    }
}
