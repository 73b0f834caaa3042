using System.Globalization;
using Sira.Storage.Engines.Sqlite;
using Sira.Testing.Crashes;

namespace Sira.Storage.Tests.Engines.Sqlite;

public sealed class SqliteCrashTests : IAsyncDisposable
{
    // eng/soak-crashes.sh runs more.
    private static readonly int Rounds = int.Parse(Environment.GetEnvironmentVariable("SIRA_SOAK_CRASHES") ?? "50", CultureInfo.InvariantCulture);

    private readonly TemporaryFile file = new();

    public ValueTask DisposeAsync() => file.DisposeAsync();

    [Fact]
    public async Task Engine_WriterIsKilled_NothingAcknowledgedIsLost_AndNothingIsTorn()
    {
        var loop = new CrashLoop("sqlite", file.Path, () => new SqliteEngine(new SqliteEngineOptions { Path = file.Path }));

        await loop.RunAsync(Rounds);

        Assert.True(loop.Steps > Rounds);
    }

    [Fact]
    public async Task Disk_Full_IsSaid_AndWhatWasAcknowledgedIsThere()
    {
        var loop = new CrashLoop("sqlite", file.Path, () => new SqliteEngine(new SqliteEngineOptions { Path = file.Path }));

        // A limit of the size of files, in KiB; the signal that comes with it is ignored, so that the write fails as on a full disk.
        var said = await loop.RunToFailureAsync("export DOTNET_EnableWriteXorExecute=0; trap '' XFSZ; ulimit -f 1000; exec");

        Assert.Matches("^(Full|Unavailable): ", said);
        Assert.True(loop.Steps > 0);
    }
}
