using Sira.Kernel.Messaging.Topics;

namespace Sira.Kernel.Tests.Messaging.Topics;

public class TopicPatternTests
{
    [Theory]
    [InlineData("orders", "orders", true)]
    [InlineData("orders", "orders.a", false)]
    [InlineData("orders", "Orders", false)]
    [InlineData("orders.*", "orders.a", true)]
    [InlineData("orders.*", "orders", false)]
    [InlineData("orders.*", "orders.a.b", false)]
    [InlineData("*.created", "orders.created", true)]
    [InlineData("*.created", "orders.paid", false)]
    [InlineData("orders.>", "orders.a", true)]
    [InlineData("orders.>", "orders.a.b.c", true)]
    [InlineData("orders.>", "orders", false)]
    [InlineData("a.*.>", "a.b.c", true)]
    [InlineData("a.*.>", "a.b", false)]
    [InlineData(">", "anything.at.all", true)]
    [InlineData("*", "one", true)]
    [InlineData("*", "one.two", false)]
    public void Matches_NameAndPattern_AsInNats(string pattern, string name, bool matches) => Assert.Equal(matches, TopicPattern.Parse(pattern).Matches(name));

    [Theory]
    [InlineData("", "1 to 256")]
    [InlineData("a..b", "empty token")]
    [InlineData(".a", "empty token")]
    [InlineData("a.>.b", "before its end")]
    [InlineData("a.b*", "within a token")]
    [InlineData("a b", "white space")]
    [InlineData("a\n", "white space")]
    public void Parse_NoPattern_SaysWhy(string text, string why) => Assert.Contains(why, Assert.Throws<ArgumentException>(() => TopicPattern.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void ParseName_Pattern_IsRefused() => Assert.Contains("is a pattern", Assert.Throws<ArgumentException>(() => TopicPattern.ParseName("orders.*")).Message, StringComparison.Ordinal);

    // The oracle: every name of up to four tokens of a small alphabet, which tells patterns of up to three tokens apart.
    [Fact]
    public void Covers_AllSmallPatterns_AgreesWithTheNamesTheyMatch()
    {
        string[] names = [.. Names(4)];
        string[] patterns = [.. Names(3, ["a", "*"]), .. Names(2, ["a", "*"]).Select(static head => $"{head}.>"), ">"];
        foreach (var outer in patterns.Select(TopicPattern.Parse))
        {
            foreach (var inner in patterns.Select(TopicPattern.Parse))
            {
                var expected = names.All(name => !inner.Matches(name) || outer.Matches(name));
                Assert.True(expected == outer.Covers(inner), $"{outer} covers {inner}: {!expected}");
            }
        }

        static IEnumerable<string> Names(int longest, string[]? alphabet = null)
        {
            alphabet ??= ["a", "b"];
            IEnumerable<string> names = alphabet;
            for (var length = 1; length <= longest; length++)
            {
                foreach (var name in names)
                {
                    yield return name;
                }

                names = [.. names.SelectMany(name => alphabet.Select(token => $"{name}.{token}"))];
            }
        }
    }
}
