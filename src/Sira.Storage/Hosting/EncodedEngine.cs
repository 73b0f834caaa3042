using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sira.Kernel.Sealing;
using Sira.Kernel.Time;
using Sira.Storage.Capabilities;
using Sira.Storage.Codecs;
using Sira.Storage.Codecs.Encryption;

namespace Sira.Storage.Hosting;

/// <summary>Puts the codec over engines that keep things beyond the process.</summary>
internal static class EncodedEngine
{
    public static SharedEngine Create(IStorageEngine engine, string name, StorageOptions options, IServiceProvider services)
    {
        // What is only in memory cannot be damaged or stolen without the process.
        if (engine.Capabilities.MaximumDurability is StorageDurability.Process && !engine.Capabilities.Has(StorageFeatures.Shared))
        {
            return SharedEngine.Of(engine, engine, name);
        }

        var codec = new CodecEngine(
            engine,
            options.Codec with { Subjects = [.. options.Codec.Subjects, .. services.GetServices<SubjectRule>()] },
            options.KeyRing?.CreateKeyRing(services.GetService<TimeProvider>()) ?? services.GetService<IKeyRing>(),
            services.GetService<TimeProvider>(),
            services.GetService<IRandomSource>(),
            services.GetService<ILoggerFactory>());
        return SharedEngine.Of(codec, engine, name);
    }
}
