using System.Diagnostics;
using Sira.Storage.State;

namespace Sira.Storage.Tests.State;

public sealed class LeaseHolderTests
{
    [Fact]
    public void HasEnded_OfThisProcess_No() => Assert.False(LeaseHolder.Current(Guid.NewGuid()).HasEnded());

    [Fact]
    public void HasEnded_OfAnotherMachine_IsNotKnown() => Assert.False((LeaseHolder.Current(Guid.NewGuid()) with { Machine = "elsewhere", ProcessId = int.MaxValue }).HasEnded());

    [Fact]
    public void HasEnded_NumberThatAnotherProcessHasNow_Yes()
    {
        var self = LeaseHolder.Current(Guid.NewGuid());
        Assert.True((self with { Started = self.Started - TimeSpan.TicksPerMinute }).HasEnded());
    }

    [Fact]
    public async Task HasEnded_OfAProcessThatWasKilled_Yes()
    {
        using var other = Process.Start(new ProcessStartInfo("sleep", "60"))!;
        var holder = LeaseHolder.Current(Guid.NewGuid()) with { ProcessId = other.Id, Started = other.StartTime.ToUniversalTime().Ticks };
        Assert.False(holder.HasEnded());

        other.Kill();
        await other.WaitForExitAsync();

        Assert.True(holder.HasEnded());
    }
}
