using System.Globalization;
using Sira.Testing.Crashes;

namespace Sira.Storage.RocksDb.Tests.Crashes;

public sealed class RocksDbCrashTests
{
    // eng/soak-crashes.sh runs more.
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("SIRA_SOAK_CRASHES") ?? "50", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Engine_WriterIsKilled_NothingAcknowledgedIsLost_AndNothingIsTorn()
    {
        using var folder = new RocksDbFolder();
        var loop = new CrashLoop("rocksdb", folder.Database, () => new RocksDbEngine(folder.Options));

        await loop.RunAsync(Rounds);

        Assert.True(loop.Steps > Rounds);
    }
}
