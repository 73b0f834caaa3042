using Microsoft.Extensions.DependencyInjection.Extensions;
using Sira.Kernel.Builder;
using Sira.Pipeline;
using Sira.Simulation.Traffic;
using Sira.Tokens;

#pragma warning disable IDE0130 // Extension methods live where the user's start-up code already looks.
namespace Microsoft.Extensions.DependencyInjection;
#pragma warning restore IDE0130

/// <summary>Records traffic, to be replayed against other policies.</summary>
public static class TrafficBuilderExtensions
{
    /// <summary>Notes the size and needs of every chat call, never its text, in a file of JSON lines. Stages added before this one are outside of it: put it last to see the calls that reach the gateway.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="path">The file. One that exists is kept, and a number is put behind the name of the new one: each run of the program is a recording of its own. A file that cannot be written ends the recording and no request.</param>
    /// <param name="configure">Sets what is kept.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder RecordTraffic(this ISiraBuilder builder, string path, Action<TrafficRecorderOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        builder.Services.TryAddSingleton(services => new TrafficFile(path, services.GetRequiredService<TimeProvider>()));
        return builder.Record(static services => services.GetRequiredService<TrafficFile>().Write, configure);
    }

    /// <summary>Notes the size and needs of every chat call, never its text.</summary>
    /// <param name="builder">The builder.</param>
    /// <param name="write">Takes each record when its call has ended; called from many threads, must be quick and must not throw.</param>
    /// <param name="configure">Sets what is kept.</param>
    /// <returns>The builder.</returns>
    public static ISiraBuilder RecordTraffic(this ISiraBuilder builder, Action<TrafficRecord> write, Action<TrafficRecorderOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(write);
        return builder.Record(_ => write, configure);
    }

    private static ISiraBuilder Record(this ISiraBuilder builder, Func<IServiceProvider, Action<TrafficRecord>> writer, Action<TrafficRecorderOptions>? configure)
    {
        var options = new TrafficRecorderOptions();
        configure?.Invoke(options);
        builder.Services.TryAddSingleton<TrafficSession>();
        return builder.Use(new ChatStage(TrafficRecorder.StageName, (inner, services) => new TrafficRecorder(
            inner,
            options,
            writer(services!),
            services!.GetRequiredService<TrafficSession>(),
            services!.GetRequiredService<ITokenEstimator>())));
    }
}
