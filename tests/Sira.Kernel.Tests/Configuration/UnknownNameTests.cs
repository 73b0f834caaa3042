using Sira.Kernel.Configuration;

namespace Sira.Kernel.Tests.Configuration;

public sealed class UnknownNameTests
{
    [Theory]
    [InlineData("lowest-cots", "Did you mean 'lowest-cost'? Known: lowest-cost, p2c.")]
    [InlineData("LOWEST-COST", "Did you mean 'lowest-cost'? Known: lowest-cost, p2c.")]
    [InlineData("p3c", "Did you mean 'p2c'? Known: lowest-cost, p2c.")]
    [InlineData("something else", "Known: lowest-cost, p2c.")]
    [InlineData("", "Known: lowest-cost, p2c.")]
    public void Suggest_Name_GivesTheNearestOnlyWhenItIsNear(string name, string expected) =>
        Assert.Equal(expected, UnknownName.Suggest("strategy", name, ["p2c", "lowest-cost", "p2c"]));

    [Theory]
    [InlineData("acme.none", "Known: acme.ok.")]
    [InlineData("acme.okk", "Did you mean 'acme.ok'? Known: acme.ok.")]
    [InlineData("ACME.OK", "Did you mean 'acme.ok'? Known: acme.ok.")]
    [InlineData("amce.ok", "Did you mean 'acme.ok'? Known: acme.ok.")]
    public void Suggest_NameOfTheSameFamily_GoesByWhatDiffers(string name, string expected) =>
        Assert.Equal(expected, UnknownName.Suggest("plugin", name, ["acme.ok"]));

    [Fact]
    public void Suggest_NothingIsKnown_SaysSo() => Assert.Equal("There is no route yet; add one.", UnknownName.Suggest("route", "x", []));

    [Fact]
    public void Suggest_ThousandsAreKnown_ListsTheNearest()
    {
        var text = UnknownName.Suggest("model", "model-0777x", Enumerable.Range(0, 2000).Select(i => $"model-{i:0000}"));

        Assert.StartsWith("Did you mean 'model-0777'? Known: ", text, StringComparison.Ordinal);
        Assert.EndsWith(" and 1975 more.", text, StringComparison.Ordinal);
        Assert.InRange(text.Length, 200, 500);
    }

    [Fact]
    public void Suggest_HugeName_IsAnsweredWithoutComparing()
    {
        var text = UnknownName.Suggest("route", new string('x', 10_000_000), ["default", new string('y', 101)]);

        Assert.StartsWith("Known: default, y", text, StringComparison.Ordinal);
    }
}
