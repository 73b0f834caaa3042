using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Sealing;
using Sira.Kernel.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Layers;
using Sira.Storage.Monitoring;

namespace Sira.Storage.Hosting;

/// <summary>Stacks what stands over an engine: what watches it, then the codec, where it keeps things beyond the process, then a cache where there is to be one.</summary>
internal static class EngineStack
{
    public static SharedEngine Create(IStorageEngine engine, string name, StorageOptions options, IServiceProvider services)
    {
        DataKeys? keys = null;
        IStorageEngine whole = new MonitoredEngine(engine, Monitor(name, services));

        // What is only in memory cannot be damaged or stolen without the process.
        if (engine.Capabilities.MaximumDurability > StorageDurability.Process || engine.Capabilities.Has(StorageFeatures.Shared))
        {
            var codec = Encode(whole, options, services);
            (whole, keys) = (codec, codec.Keys);
        }

        if (options.Layers.TryGetValue(name, out var layer))
        {
            whole = new LayeredEngine(whole, layer, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());
        }

        return SharedEngine.Of(whole, engine, name, keys);
    }

    private static EngineMonitor Monitor(string name, IServiceProvider services)
    {
        var monitor = new EngineMonitor(name, services.GetService<TimeProvider>() ?? TimeProvider.System, (services.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger<EngineMonitor>());
        services.GetRequiredService<EngineMonitors>().Add(monitor);
        return monitor;
    }

    private static CodecEngine Encode(IStorageEngine engine, StorageOptions options, IServiceProvider services) => new(
        engine,
        options.Codec with { Subjects = [.. options.Codec.Subjects, .. services.GetServices<SubjectRule>()] },
        options.KeyRing?.CreateKeyRing(services.GetService<TimeProvider>()) ?? services.GetService<IKeyRing>(),
        services.GetService<TimeProvider>(),
        services.GetService<IRandomSource>(),
        services.GetService<ILoggerFactory>());
}
