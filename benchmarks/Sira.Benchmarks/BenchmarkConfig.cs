using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using Perfolizer.Horology;

namespace Sira.Benchmarks;

/// <summary>How everything is measured: bytes always, time briefly or thoroughly.</summary>
internal sealed class BenchmarkConfig : ManualConfig
{
    public const string ShortFlag = "--short";

    public BenchmarkConfig(bool isShort)
    {
        AddLogger(ConsoleLogger.Default);
        AddColumnProvider(DefaultColumnProviders.Instance);
        AddExporter(MarkdownExporter.GitHub);
        AddDiagnoser(MemoryDiagnoser.Default);

        // On a machine with other work the fastest iteration is the one that was disturbed least.
        AddColumn(StatisticColumn.Min);

        // Brief enough for the whole suite to pass in some minutes on two cores, and just long enough in warming up for the just-in-time compiler's last tier. Times then stray by several per cent, bytes do not.
        AddJob(isShort
            ? Job.Default.WithId("Short").WithLaunchCount(1).WithWarmupCount(30).WithIterationCount(15).WithIterationTime(TimeInterval.FromMilliseconds(40))
            : Job.Default);
    }
}
