using System.Diagnostics;
using Microsoft.Extensions.AI;
using Sira.Kernel.Time;
using Sira.Session.Memory;
using Sira.Storage.Engines.Memory;

namespace Sira.Session.Tests.Memory;

/// <summary>Recall over made-up conversations whose evidence is known: facts about people, asked for in other words, among ten thousand turns that share names, places and verbs with them.</summary>
public class MemoryRecallTests
{
    private static readonly string[] Names = ["Ada", "Boris", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hiro", "Ines", "Jonas", "Kiran", "Lena", "Mateo", "Nadia", "Oskar", "Priya", "Quentin", "Rosa", "Sven", "Tuva"];
    private static readonly string[] Kin = ["sister", "brother", "neighbour", "colleague", "uncle", "teacher", "cousin", "boss", "friend", "landlord"];
    private static readonly string[] Cities = ["Lisbon", "Oslo", "Kyoto", "Quito", "Riga", "Dakar", "Perth", "Cusco", "Turin", "Galway"];
    private static readonly string[] Jobs = ["baker", "pilot", "notary", "welder", "botanist", "translator", "drummer", "surveyor", "nurse", "carpenter"];
    private static readonly string[] Chatter = ["How was the weather in {0} when {1} visited?", "{1} told me a long story about {0} yesterday.", "Could you write a poem about a {2} for {1}?", "Let us plan the trip to {0} with my {3}.", "I read that a {2} in {0} won a prize.", "My {3} called again, nothing important."];

    [Fact]
    public async Task SearchAsync_FactsAmongTenThousandTurns_AreFound()
    {
        await using var engine = new MemoryEngine();
        var index = new MemoryIndex(engine.Store, random: new SeededRandomSource(1));
        var owner = new MemoryOwner("t", "u");
        var random = new Random(42);
        var questions = new List<(string Text, long Evidence)>();
        var items = new List<MemoryItem>();
        for (var i = 1; i <= 10_000; i++)
        {
            var (city, name, job, kin) = (Pick(Cities), Pick(Names), Pick(Jobs), Pick(Kin));
            var text = string.Format(Pick(Chatter), city, name, job, kin);
            if (i % 50 == 0 && questions.Count < Names.Length * Kin.Length)
            {
                (name, kin) = (Names[questions.Count % Names.Length], Kin[questions.Count / Names.Length]);
                text = $"By the way, my {kin} {name} works as a {job} and moved to {city}.";
                questions.Add(($"what does {kin} {name} do for work, and where?", i));
            }

            items.Add(new MemoryItem($"s{i / 40}", i, i % 2 == 0 ? ChatRole.User : ChatRole.Assistant, text, DateTimeOffset.UnixEpoch.AddMinutes(i)));
        }

        await index.AddAsync(owner, items);
        var (first, found) = (0, 0);
        var times = new List<double>();
        foreach (var (text, evidence) in questions)
        {
            // Best of five: what else the machine does is not the query's.
            var time = double.MaxValue;
            IReadOnlyList<MemoryMatch> matches = [];
            for (var pass = 0; pass < 5; pass++)
            {
                var start = Stopwatch.GetTimestamp();
                matches = await index.SearchAsync(new MemoryQuery(owner, text));
                time = Math.Min(time, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            times.Add(time);
            found += matches.Any(match => match.Item.Version == evidence) ? 1 : 0;
            first += matches[0].Item.Version == evidence ? 1 : 0;
        }

        times.Sort();
        TestContext.Current.SendDiagnosticMessage($"{questions.Count} questions over {items.Count} turns: recall@10 {(double)found / questions.Count:P1}, recall@1 {(double)first / questions.Count:P1}; query p50 {times[times.Count / 2]:0.00} ms, p99 {times[times.Count * 99 / 100]:0.00} ms");
        Assert.True(found >= questions.Count * 0.95, $"recall@10 is {found} of {questions.Count}");

        string Pick(string[] from) => from[random.Next(from.Length)];
    }
}
