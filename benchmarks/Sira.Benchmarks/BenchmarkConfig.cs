using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace Sira.Benchmarks;

/// <summary>How everything is measured: bytes always, time briefly or thoroughly.</summary>
internal sealed class BenchmarkConfig : ManualConfig
{
    public const string ShortFlag = "--short";
    public const string HereFlag = "--here";

    public BenchmarkConfig(bool isShort, bool isHere)
    {
        AddLogger(ConsoleLogger.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddExporter(MarkdownExporter.GitHub);

        // Where other work takes the cores, two minutes are not enough for the build.
        WithBuildTimeout(TimeSpan.FromMinutes(10));
        AddDiagnoser(MemoryDiagnoser.Default);

        // On a machine with other work the fastest iteration is the one that was disturbed least.
        AddColumn(StatisticColumn.Min);

        // Brief enough for the whole suite to pass in some minutes on two cores, and just long enough in warming up for the just-in-time compiler's last tier. Times then stray by several per cent, bytes do not.
        var job = isShort
            ? Job.Default.WithId("Short").WithLaunchCount(1).WithWarmupCount(30).WithIterationCount(15).WithIterationTime(TimeInterval.FromMilliseconds(40))
            : Job.Default;

        // In this very process: what ran before has a say in how the compiler sees the rest, but nothing more is built.
        AddJob(isHere ? job.WithToolchain(InProcessEmitToolchain.Instance) : job);
    }
}
