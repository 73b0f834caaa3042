using Sira.Session.History;
using Sira.Session.Tests.Support;
using Sira.Session.Turns;
using static Sira.Session.Tests.Support.TestSessions;

namespace Sira.Session.Tests.Views;

/// <summary>Random lives of sessions, compared with a model at every step: in the handle, opened again, opened cold, at any earlier version.</summary>
public class FoldingTests
{
    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task AnyLife_IsWhatTheModelSays(int seed)
    {
        var random = new Random(seed);
        await using var sessions = new TestSessions(isAtomic: seed % 2 == 0);
        var alive = new List<(ISession Session, ModelSession Model)> { (await sessions.Store.CreateAsync("0"), ModelSession.New("0")) };
        var steps = seed % 5 == 0 ? 500 : 120;
        for (var step = 0; step < steps; step++)
        {
            var chosen = random.Next(alive.Count);
            var (session, model) = alive[chosen];
            switch (random.Next(12))
            {
                case 0 when alive.Count < 8:
                    var version = random.Next(1, model.Version + 1);
                    var fork = model.Fork($"{alive.Count}", version);
                    alive.Add((await session.ForkAsync(version, fork.Id), fork));
                    break;
                case 1 or 2:
                    var to = random.Next(1, model.Version + 1);
                    await session.RewindAsync(to);
                    model.Rewind(to);
                    break;
                case 3:
                    alive[chosen] = (await sessions.Store.OpenAsync(new SessionKey(model.Id)), model);
                    break;
                case 4:
                    alive[chosen] = (await sessions.Another().OpenAsync(new SessionKey(model.Id)), model);
                    break;
                default:
                    await session.AppendAsync(Changes(random, model, step));
                    break;
            }

            Compare(alive[chosen].Session, model, seed, step);
        }

        await sessions.Store.DrainAsync();
        foreach (var (session, model) in alive)
        {
            Compare(await sessions.Store.OpenAsync(new SessionKey(model.Id)), model, seed, -1);
            var cold = await sessions.Another().OpenAsync(new SessionKey(model.Id));
            Compare(cold, model, seed, -2);
            for (var i = 0; i < 5; i++)
            {
                var version = random.Next(1, model.Version + 1);
                Assert.Equal(model.Past[version].Messages, Messages(await cold.GetHistoryAsync(version)));
            }

            var versions = new List<long>();
            await foreach (var item in cold.ReadEventsAsync())
            {
                versions.Add(item.Version);
            }

            Assert.Equal(Enumerable.Range(1, model.Version).Select(static version => (long)version), versions);
        }
    }

    public static IEnumerable<TheoryDataRow<int>> Seeds() => Enumerable.Range(1, 40).Select(static seed => new TheoryDataRow<int>(seed));

    private static SessionChanges Changes(Random random, ModelSession model, int step)
    {
        var changes = new SessionChanges();
        for (var i = random.Next(1, 6); i > 0; i--)
        {
            switch (random.Next(8))
            {
                case 0:
                    changes.StartTurn();
                    model.Other();
                    break;
                case 1:
                    changes.EndTurn(new SessionTurn(1), new TurnEnd(TurnOutcome.Completed));
                    model.Other();
                    break;
                case 2:
                    var key = $"k{random.Next(4)}";
                    changes.Set(key, step, TestJson.Default.Int32);
                    model.Set(key, step);
                    break;
                case 3:
                    changes.Remove("k0");
                    model.Set("k0", null);
                    break;
                case 4:
                    changes.Add(new SessionSummary(0, 1, 2, $"summary {step}", 1));
                    model.Summary($"summary {step}");
                    break;
                default:
                    changes.Add(random.Next(2) == 0 ? User($"{step} {i}") : Assistant($"{step} {i}"));
                    model.Message($"{step} {i}");
                    break;
            }
        }

        return changes;
    }

    private static void Compare(ISession session, ModelSession model, int seed, int step)
    {
        Assert.True(session.Version == model.Version, $"seed {seed}, step {step}: version {session.Version} and not {model.Version}");
        Assert.Equal(model.Now.Messages, Messages(session.History));
        Assert.Equal(model.Now.Summaries, session.History.Summaries.Select(static summary => ((int)summary.Version, summary.Text)));
        Assert.Equal(model.Now.State, session.StateKeys.Order(StringComparer.Ordinal).Select(key => KeyValuePair.Create(key, session.GetState(key, TestJson.Default.Int32))));
    }

    private static IEnumerable<(int Version, string Text)> Messages(SessionHistory history) => history.Messages.Select(static message => ((int)message.Header.Version, message.Message.Text));
}
