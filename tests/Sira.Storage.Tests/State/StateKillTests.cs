using System.Globalization;
using Sira.Kernel.Time;
using Sira.Storage.Tests.Messaging;

namespace Sira.Storage.Tests.State;

/// <summary>A process that counts is killed again and again. The next finds what was kept last, at once and once.</summary>
public sealed class StateKillTests
{
    private const int Rounds = 10;

    [Fact]
    public async Task Kill_AtRandomMoments_TheNextGoesOnWithWhatWasKept()
    {
        await using var file = new TemporaryFile();
        var random = new SeededRandomSource(5);
        var (kept, entered) = (0L, 0L);
        for (var round = 0; round <= Rounds; round++)
        {
            using var process = VictimProcess.Launch("state", file.Path);
            try
            {
                var found = Read(await process.StandardOutput.ReadLineAsync(), "found");
                Assert.True(found >= kept && found <= entered, $"round {round}: {found} found, {kept} kept, {entered} entered");
                (kept, entered) = (found, found);
                for (var lines = 1 + random.Next(400); lines > 0; lines--)
                {
                    Hear(await process.StandardOutput.ReadLineAsync());
                }
            }
            finally
            {
                process.Kill();
            }

            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                Hear(line);
            }

            await process.WaitForExitAsync();
        }

        Assert.True(kept > Rounds);

        // A last line that was cut off says less, never more.
        void Hear(string? line)
        {
            kept = Math.Max(kept, Read(line, "kept"));

            // What was entered is told afterwards, so one more may have been.
            entered = Math.Max(entered, Read(line, "entered") + 1);
        }
    }

    private static long Read(string? line, string what) =>
        line is not null && line.StartsWith(what + " ", StringComparison.Ordinal) ? long.Parse(line.AsSpan(what.Length + 1), CultureInfo.InvariantCulture) : 0;
}
