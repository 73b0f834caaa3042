using Sira.Session.Errors;
using Sira.Session.Tests.Support;
using Sira.Session.Turns;
using Sira.Storage.Errors;
using static Sira.Session.Tests.Support.TestSessions;

namespace Sira.Session.Tests;

/// <summary>Each call to the engine goes wrong once, in each way, in the middle of everything that sessions do.</summary>
public class FaultTests
{
    private const string Secret = "a secret word";

    private static readonly SessionKey Key = new("chat", "acme");
    private static readonly UserKey Ann = new("ann", "acme");
    private static readonly NewSession OfAnn = new() { User = "ann" };

    public static TheoryData<Fault, bool> Faults
    {
        get
        {
            var data = new TheoryData<Fault, bool>();
            foreach (var fault in (Fault[])[Fault.FailBefore, Fault.FailAfter, Fault.CancelBefore, Fault.CancelAfter, Fault.Hang])
            {
                data.Add(fault, true);
                data.Add(fault, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Conversation_EachCallGoingWrong_KeepsWhatWasAcknowledgedAndNothingByHalf(Fault fault, bool isAtomic) => EachCallAsync(fault, isAtomic, static _ => Task.CompletedTask, async (sessions, cancellationToken) =>
    {
        var acknowledged = 1;
        try
        {
            var session = await sessions.Store.CreateAsync("chat", "acme", OfAnn, cancellationToken);
            var turn = await session.StartTurnAsync([User("a"), User("b")], cancellationToken);
            acknowledged = 2;
            await session.EndTurnAsync(turn, [Assistant("c")], new TurnEnd(TurnOutcome.Completed), cancellationToken);
            acknowledged = 3;
            await session.RewindAsync(1, cancellationToken);
            acknowledged = 4;
        }
        finally
        {
            sessions.Engine.Arm(0, Fault.None);
            await sessions.Store.DrainAsync(CancellationToken.None);
            var read = await sessions.Another().OpenOrCreateAsync(Key, OfAnn, CancellationToken.None);
            var stage = read.Version switch { 1 => 1, 4 => 2, 6 => 3, 7 => 4, _ => -1 };
            Assert.InRange(stage, acknowledged, acknowledged + 1);
            Assert.Equal(stage switch { 2 => ["a", "b"], 3 => ["a", "b", "c"], _ => [] }, Texts(read.History));

            // It goes on, also through the store that has seen the fault.
            var again = await sessions.Store.OpenAsync(Key, CancellationToken.None);
            await again.AppendAsync([User("on it goes")], CancellationToken.None);
            Assert.Equal(read.Version + 1, again.Version);
        }
    });

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Append_EachCallGoingWrong_LetsTheHandleRefreshAndGoOn(Fault fault, bool isAtomic)
    {
        ISession session = null!;
        return EachCallAsync(fault, isAtomic, async sessions => session = await sessions.Store.CreateAsync("chat", "acme", OfAnn), async (sessions, cancellationToken) =>
        {
            try
            {
                await session.AppendAsync([User("a")], cancellationToken);
                await session.SetStateAsync("n", 1, TestJson.Default.Int32, cancellationToken);
                await session.RefreshAsync(cancellationToken);
            }
            finally
            {
                sessions.Engine.Arm(0, Fault.None);
                var version = await session.RefreshAsync(CancellationToken.None);
                Assert.Equal(version + 1, await session.AppendAsync([User("b")], CancellationToken.None));
                Assert.Equal(Texts(session.History), Texts((await sessions.Another().OpenAsync(Key, CancellationToken.None)).History));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Fork_EachCallGoingWrong_LeavesBothWhole(Fault fault, bool isAtomic)
    {
        ISession session = null!;
        return EachCallAsync(
            fault,
            isAtomic,
            async sessions =>
            {
                session = await sessions.Store.CreateAsync("chat", "acme", OfAnn);
                await session.AppendAsync([User("shared")]);
            },
            async (sessions, cancellationToken) =>
            {
                try
                {
                    await session.ForkAsync(id: "fork", cancellationToken: cancellationToken);
                }
                finally
                {
                    sessions.Engine.Arm(0, Fault.None);
                    await sessions.Store.DrainAsync(CancellationToken.None);
                    ISession fork;
                    try
                    {
                        fork = await sessions.Another().OpenAsync(new SessionKey("fork", "acme"), CancellationToken.None);
                    }
                    catch (SessionNotFoundException)
                    {
                        fork = await session.ForkAsync(id: "fork", cancellationToken: CancellationToken.None);
                    }

                    await sessions.Store.DeleteAsync(Key, CancellationToken.None);
                    Assert.Equal(["shared"], Texts((await sessions.Another().OpenAsync(fork.Info.Key, CancellationToken.None)).History));
                }
            });
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Delete_EachCallGoingWrong_IsFinishedByTheSweep(Fault fault, bool isAtomic) =>
        EachCallAsync(fault, isAtomic, PopulateAsync, async (sessions, cancellationToken) =>
        {
            try
            {
                await sessions.Store.DeleteAsync(Key, cancellationToken);
                await sessions.Store.DeleteAsync(Key with { Id = "fork" }, cancellationToken);
            }
            finally
            {
                sessions.Engine.Arm(0, Fault.None);
                await SweepAsync(sessions);
                await sessions.Store.DeleteAsync(Key, CancellationToken.None);
                await sessions.Store.DeleteAsync(Key with { Id = "fork" }, CancellationToken.None);
                await SweepAsync(sessions);
                await AssertOnlyOthersAsync(sessions);
            }
        });

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Erase_EachCallGoingWrong_IsFinishedByTheSweep(Fault fault, bool isAtomic) =>
        EachCallAsync(fault, isAtomic, PopulateAsync, async (sessions, cancellationToken) =>
        {
            try
            {
                await sessions.Store.EraseAsync(Key, cancellationToken);
            }
            finally
            {
                sessions.Engine.Arm(0, Fault.None);
                await SweepAsync(sessions);
                await sessions.Store.EraseAsync(Key, CancellationToken.None);
                await SweepAsync(sessions);
                await AssertOnlyOthersAsync(sessions);
            }
        });

    [Theory]
    [MemberData(nameof(Faults))]
    public Task EraseUser_EachCallGoingWrong_IsFinishedByRepeating(Fault fault, bool isAtomic) =>
        EachCallAsync(fault, isAtomic, PopulateAsync, async (sessions, cancellationToken) =>
        {
            try
            {
                await sessions.Store.EraseUserAsync(Ann, cancellationToken);
            }
            finally
            {
                sessions.Engine.Arm(0, Fault.None);
                await sessions.Another().EraseUserAsync(Ann, CancellationToken.None);
                await AssertOnlyOthersAsync(sessions);
                await sessions.Store.CreateAsync("chat", "acme", OfAnn, CancellationToken.None);
            }
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task EraseUser_ProcessDyingAtEachCall_IsFinishedByTheSweep(bool isAtomic) =>
        EachCallAsync(
            Fault.FailBefore,
            isAtomic,
            PopulateAsync,
            async (sessions, cancellationToken) =>
            {
                var isBegun = false;
                try
                {
                    await sessions.Store.EraseUserAsync(Ann, cancellationToken);
                }
                finally
                {
                    sessions.Engine.Arm(0, Fault.None);
                    isBegun = (await EngineDump.ReadAsync(sessions.Memory)).Contains("\"erasing\":true", StringComparison.Ordinal);
                    await SweepAsync(sessions);
                    if (isBegun)
                    {
                        await AssertOnlyOthersAsync(sessions);
                    }
                }
            },
            forGood: true);

    [Theory]
    [MemberData(nameof(Faults))]
    public Task Reading_EachCallGoingWrong_GoesWellTheNextTime(Fault fault, bool isAtomic) =>
        EachCallAsync(fault, isAtomic, PopulateAsync, async (sessions, cancellationToken) =>
        {
            var store = sessions.Another();
            try
            {
                await ReadAllAsync(store, cancellationToken);
            }
            finally
            {
                sessions.Engine.Arm(0, Fault.None);
                await ReadAllAsync(store, CancellationToken.None);
            }
        });

    private static async Task ReadAllAsync(SessionStore store, CancellationToken cancellationToken)
    {
        var session = await store.OpenAsync(Key, cancellationToken);
        Assert.Equal(300, session.History.Messages.Count);
        Assert.Equal(9, (await session.GetHistoryAsync(10, cancellationToken)).Messages.Count);
        var count = 0;
        await foreach (var item in session.ReadEventsAsync(cancellationToken: cancellationToken))
        {
            Assert.Equal(++count, item.Version);
        }

        Assert.Equal(301, count);
        Assert.Equal(301, (await store.OpenAsync(Key with { Id = "fork" }, cancellationToken)).Version - 1);
        Assert.Equal(2, (await store.ListAsync(new SessionQuery { Tenant = "acme", User = "ann" }, cancellationToken)).Sessions.Count);
        Assert.Equal(3, (await store.ListAsync(new SessionQuery { Tenant = "acme" }, cancellationToken)).Sessions.Count);
        Assert.Equal(2, await store.ExportUserAsync(Ann, Stream.Null, cancellationToken));
    }

    private static async Task PopulateAsync(TestSessions sessions)
    {
        var session = await sessions.Store.CreateAsync("chat", "acme", OfAnn);
        await session.AppendAsync(Enumerable.Range(0, 300).Select(static _ => User(Secret)));
        await session.SetCachedAsync("k", "a secret word"u8.ToArray(), TimeSpan.FromHours(1));
        await session.ForkAsync(id: "fork");
        await (await sessions.Store.CreateAsync("other", "acme", new NewSession { User = "bob" })).AppendAsync([User("of bob")]);
        await sessions.Store.DrainAsync();
    }

    private static async Task SweepAsync(TestSessions sessions)
    {
        await sessions.Store.DrainAsync();
        var store = sessions.Another();
        while (!(await store.SweepAsync()).IsComplete)
        {
        }
    }

    private static async Task AssertOnlyOthersAsync(TestSessions sessions)
    {
        await sessions.Store.DrainAsync();
        var dump = await EngineDump.ReadAsync(sessions.Memory);
        Assert.DoesNotContain(Secret, dump, StringComparison.Ordinal);
        Assert.DoesNotContain("gone/", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("/fork/", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("\"id\":\"chat\"", dump, StringComparison.Ordinal);
        Assert.Contains("of bob", dump, StringComparison.Ordinal);
    }

    // Until a run makes fewer calls than the one that is to go wrong.
    private static async Task EachCallAsync(Fault fault, bool isAtomic, Func<TestSessions, Task> prepare, Func<TestSessions, CancellationToken, Task> act, bool forGood = false)
    {
        for (var at = 1; ; at++)
        {
            Assert.InRange(at, 1, 400);
            await using var sessions = new TestSessions(isAtomic);
            await prepare(sessions);
            using var cancellation = new CancellationTokenSource();
            sessions.Engine.Arm(at, fault, forGood);
            var hanging = sessions.Engine.Hanging.Task;
            var acting = act(sessions, cancellation.Token);
            if (fault is Fault.Hang && await Task.WhenAny(acting, hanging) == hanging)
            {
                await cancellation.CancelAsync();
            }

            try
            {
                await acting;
                if (!sessions.Engine.HasFailed)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is StorageException or OperationCanceledException)
            {
                Assert.True(sessions.Engine.HasFailed);
            }
        }
    }
}
