using System.Diagnostics.Metrics;
using Sira.Kernel.Diagnostics;

namespace Sira.Storage.Redis.Client.Connections;

/// <summary>What the client measures.</summary>
internal static class RedisMetrics
{
    private static readonly Counter<long> Timeouts = SiraDiagnostics.Meter.CreateCounter<long>("sira.redis.timeouts", "{command}", "Commands that were not answered in time.");
    private static readonly Counter<long> LateAnswers = SiraDiagnostics.Meter.CreateCounter<long>("sira.redis.late_answers", "{answer}", "Answers that came when their caller had gone, by timeout or cancellation.");
    private static readonly Counter<long> Losses = SiraDiagnostics.Meter.CreateCounter<long>("sira.redis.connections_lost", "{connection}", "Connections that were lost.");

    public static void TimedOut() => Timeouts.Add(1);

    public static void Late() => LateAnswers.Add(1);

    public static void Lost() => Losses.Add(1);
}
