using Sira.Session.Errors;
using Sira.Session.Tests.Support;
using Sira.Session.Upkeep;

namespace Sira.Session.Tests.Upkeep;

public sealed class BackgroundWorkTests
{
    private readonly LogTexts texts = new();

    [Fact]
    public async Task Add_WorkThatFails_IsLoggedAsASentence_AndTheNextIsDone()
    {
        var isDone = false;
        await using (var work = new BackgroundWork(new SessionLog(texts)))
        {
            work.Add("after a turn", static _ => throw new InvalidOperationException());
            work.Add("a record", _ => { isDone = true; return default; });
            await work.DrainAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(isDone);
        Assert.Equal([(2301, "Upkeep of sessions has failed (after a turn); nothing is lost, and it is made good when the session is next opened or swept.")], texts.All);
    }

    [Fact]
    public async Task Add_WorkOfASessionThatHasGone_IsNoFailure()
    {
        await using var work = new BackgroundWork(new SessionLog(texts));
        work.Add("after a turn", static _ => throw new SessionNotFoundException(new SessionKey("chat"), "There is no session 'chat'."));
        await work.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Empty(texts.All);
    }

    [Fact]
    public async Task Add_MoreThanCanWait_IsLeftOutAndSaid()
    {
        var gate = new TaskCompletionSource();
        await using var work = new BackgroundWork(new SessionLog(texts));
        work.Add("a record", async _ => await gate.Task);
        for (var i = 0; i < 4098; i++)
        {
            work.Add("after a turn", static _ => default);
        }

        gate.SetResult();

        Assert.Contains((2302, "4096 pieces of upkeep are waiting already; one more (after a turn) is left out, and made good when the session is next opened or swept."), texts.All);
    }
}
