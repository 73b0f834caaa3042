using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sira.Kernel.Sealing;
using Sira.Kernel.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Encryption;
using Sira.Storage.Layers;

namespace Sira.Storage.Hosting;

/// <summary>Puts the codec over engines that keep things beyond the process, and a cache over that where there is to be one.</summary>
internal static class EncodedEngine
{
    public static SharedEngine Create(IStorageEngine engine, string name, StorageOptions options, IServiceProvider services)
    {
        DataKeys? keys = null;
        var whole = engine;

        // What is only in memory cannot be damaged or stolen without the process.
        if (engine.Capabilities.MaximumDurability > StorageDurability.Process || engine.Capabilities.Has(StorageFeatures.Shared))
        {
            var codec = Encode(engine, options, services);
            (whole, keys) = (codec, codec.Keys);
        }

        if (options.Layers.TryGetValue(name, out var layer))
        {
            whole = new LayeredEngine(whole, layer, services.GetService<TimeProvider>(), services.GetService<ILoggerFactory>());
        }

        return SharedEngine.Of(whole, engine, name, keys);
    }

    private static CodecEngine Encode(IStorageEngine engine, StorageOptions options, IServiceProvider services) => new(
        engine,
        options.Codec with { Subjects = [.. options.Codec.Subjects, .. services.GetServices<SubjectRule>()] },
        options.KeyRing?.CreateKeyRing(services.GetService<TimeProvider>()) ?? services.GetService<IKeyRing>(),
        services.GetService<TimeProvider>(),
        services.GetService<IRandomSource>(),
        services.GetService<ILoggerFactory>());
}
