using System.Globalization;
using Sira.Kernel.Time;
using Sira.Storage.Tests.Engines.Sqlite;

namespace Sira.Storage.Tests.Messaging;

/// <summary>A process that publishes and handles is killed again and again, each time at another moment.</summary>
public sealed class JournalKillTests
{
    private static readonly int Rounds = int.TryParse(Environment.GetEnvironmentVariable("SIRA_SOAK_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? asked : 20;

    [Fact]
    public async Task Kill_AtRandomMoments_DeliversEverythingThatWasAcknowledged()
    {
        await using var file = new TemporaryFile();
        var random = new SeededRandomSource(1);
        var (open, handled, next, acknowledged) = (new HashSet<int>(), new HashSet<int>(), 1, 0);
        for (var round = 0; round < Rounds; round++)
        {
            await using var victim = await VictimProcess.StartAsync(file.Path, next);
            var lines = 1 + random.Next(random.Next(2) == 0 ? 20 : 500);
            await victim.HearAsync(() => victim.Published.Count + victim.Handled.Count >= lines);
            await victim.KillAsync();
            Take(victim);
        }

        // What the last of them must still be given.
        await using var last = await VictimProcess.StartAsync(file.Path);
        var left = new HashSet<int>(open);
        var heard = 0;
        await last.HearAsync(() =>
        {
            for (; heard < last.Handled.Count; heard++)
            {
                left.Remove(last.Handled[heard]);
            }

            return left.Count == 0;
        });

        Assert.True(acknowledged > Rounds, $"only {acknowledged} were acknowledged");

        void Take(VictimProcess victim)
        {
            handled.UnionWith(victim.Handled);
            open.UnionWith(victim.Published);
            open.ExceptWith(handled);
            acknowledged += victim.Published.Count;
            next = Math.Max(next, victim.Published.Concat(victim.Handled).Append(0).Max() + 100);
        }
    }
}
