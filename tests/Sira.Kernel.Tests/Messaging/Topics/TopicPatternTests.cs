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
}
