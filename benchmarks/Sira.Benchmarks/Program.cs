using System.Globalization;
using BenchmarkDotNet.Running;
using Sira.Benchmarks;
using Sira.Benchmarks.Kernel;
using Sira.Benchmarks.Plugins;
using Sira.Benchmarks.Sessions;
using Sira.Benchmarks.Storage;
using Sira.Benchmarks.Support;

if (args is ["--allocations"])
{
    AllocationReport.Write(Console.Out);
    return 0;
}

if (args is ["--times"])
{
    TimeReport.Write(Console.Out);
    return 0;
}

if (args is ["--growth"])
{
    GrowthReport.Write(Console.Out);
    return 0;
}

if (args is ["--scheduler"])
{
    SchedulerReport.Write(Console.Out);
    return 0;
}

if (args is ["--journal"])
{
    await JournalReport.WriteAsync(Console.Out);
    return 0;
}

if (args is ["--sqlite"])
{
    await SqliteReport.WriteAsync(Console.Out);
    return 0;
}

if (args is ["--plugins"])
{
    await PluginLoadReport.WriteAsync(Console.Out);
    return 0;
}

if (args is ["--sessions", var sessions, var turns])
{
    await SessionGrowthReport.WriteAsync(int.Parse(sessions, CultureInfo.InvariantCulture), int.Parse(turns, CultureInfo.InvariantCulture), Console.Out);
    return 0;
}

if (args is ["--redis", var endpoint])
{
    await RedisReport.WriteAsync(endpoint, Console.Out);
    return 0;
}

if (args is ["--postgresql", var connectionString])
{
    await PostgreSqlReport.WriteAsync(connectionString, Console.Out);
    return 0;
}

var isShort = args.Contains(BenchmarkConfig.ShortFlag);
var summaries = BenchmarkSwitcher
    .FromAssembly(typeof(BenchmarkConfig).Assembly)
    .Run(args.Where(static argument => argument is not (BenchmarkConfig.ShortFlag or BenchmarkConfig.HereFlag)).ToArray(), new BenchmarkConfig(isShort, args.Contains(BenchmarkConfig.HereFlag)));

// A run that measured nothing, or not everything, must not look like a success.
return summaries.Any() && summaries.All(static summary => summary.Reports.Length > 0 && summary.Reports.All(static report => report.Success)) ? 0 : 1;
