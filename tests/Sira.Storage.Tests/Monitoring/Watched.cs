using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Builder;
using Sira.Storage.Monitoring;
using Sira.Storage.Tests.Support;
using Sira.Testing;

namespace Sira.Storage.Tests.Monitoring;

/// <summary>Engines that are watched.</summary>
internal static class Watched
{
    public static MonitoredEngine Over(IStorageEngine engine, TimeProvider time) => new(engine, new EngineMonitor("watched", time, NullLogger.Instance));

    /// <summary>Sira with one engine, or with those that are added.</summary>
    public static ServiceProvider Host(Action<ISiraBuilder> configure, TimeProvider? time = null, ListLogger? log = null)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton(time ?? TimeProvider.System).AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        if (log is not null)
        {
            services.AddSingleton<ILoggerFactory>(log);
        }

        services.AddSira(configure).AddBackend("mine", static _ => new ScriptedChatClient());
        return services.BuildServiceProvider();
    }
}
