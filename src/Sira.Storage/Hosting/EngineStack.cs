using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Configuration;
using Sira.Kernel.Sealing;
using Sira.Kernel.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.LargeValues;
using Sira.Storage.Layers;
using Sira.Storage.Monitoring;

namespace Sira.Storage.Hosting;

/// <summary>Stacks what stands over the engines: what watches each, the codec where it keeps things beyond the process, another engine's room for large values and a cache where there is to be one.</summary>
internal sealed class EngineStack(StorageSettings settings, IServiceProvider services)
{
    private readonly StorageOptions options = settings.Options;
    private readonly TimeProvider? time = services.GetService<TimeProvider>();
    private readonly ILoggerFactory loggers = services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance;

    /// <summary>Gets the engines that keep large values in another, by name, once the stacks stand.</summary>
    public Dictionary<string, LargeValueEngine> LargeValues { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Makes the engines, in their order.</summary>
    /// <param name="errors">Receives what keeps two from being used together.</param>
    public SharedEngine[] Create(ConfigurationErrors errors)
    {
        var encoded = settings.Engines.Select(engine => Encode(engine.Name, engine.Create(services))).ToArray();
        var made = new SharedEngine[encoded.Length];
        for (var i = 0; i < made.Length; i++)
        {
            var (name, plain, whole, keys) = encoded[i];
            if (options.LargeValues.TryGetValue(name, out var large))
            {
                var other = Array.Find(encoded, engine => string.Equals(engine.Name, large.Engine, StringComparison.OrdinalIgnoreCase));
                (whole, keys) = (Split(name, whole, other.Whole, large, errors), [.. keys, .. other.Keys]);
            }

            if (options.Layers.TryGetValue(name, out var layer))
            {
                whole = new LayeredEngine(whole, layer, time, loggers);
            }

            made[i] = SharedEngine.Of(whole, plain, name, keys);
        }

        return made;
    }

    private IStorageEngine Split(string name, IStorageEngine main, IStorageEngine large, LargeValueOptions split, ConfigurationErrors errors)
    {
        var found = new ConfigurationErrors();
        split.Check($"{settings.Path}:{nameof(options.LargeValues)}:{name}", main, large, found);
        foreach (var error in found.Items)
        {
            errors.Add(error.Path, error.Problem, error.Fix);
        }

        if (found.Items.Count > 0)
        {
            return main;
        }

        // The other engine is closed by itself.
        var whole = new LargeValueEngine(main, SharedEngine.Of(large, large, split.Engine, []), split, time, services.GetService<IRandomSource>(), loggers);
        LargeValues.Add(name, whole);
        return whole;
    }

    private (string Name, IStorageEngine Plain, IStorageEngine Whole, IReadOnlyList<DataKeys> Keys) Encode(string name, IStorageEngine engine)
    {
        var monitor = new EngineMonitor(name, time ?? TimeProvider.System, loggers.CreateLogger<EngineMonitor>());
        services.GetRequiredService<EngineMonitors>().Add(monitor);
        var watched = new MonitoredEngine(engine, monitor);

        // What is only in memory cannot be damaged or stolen without the process.
        if (engine.Capabilities.MaximumDurability is StorageDurability.Process && !engine.Capabilities.Has(StorageFeatures.Shared))
        {
            return (name, engine, watched, []);
        }

        var own = options.Codec with { Subjects = [.. options.Codec.Subjects, .. services.GetServices<SubjectRule>()] };
        var codec = new CodecEngine(
            watched,
            options.LargeValues.Values.Any(large => string.Equals(large.Engine, name, StringComparison.OrdinalIgnoreCase)) ? LargeValueEngine.ExtendCodec(own) : own,
            options.KeyRing?.CreateKeyRing(time) ?? services.GetService<IKeyRing>(),
            time,
            services.GetService<IRandomSource>(),
            loggers);
        return (name, engine, codec, codec.Keys is { } keys ? [keys] : []);
    }
}
