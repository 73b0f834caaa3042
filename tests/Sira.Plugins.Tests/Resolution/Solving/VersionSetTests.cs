using Sira.Kernel.Time;
using Sira.Plugins.Resolution.Solving;

namespace Sira.Plugins.Tests.Resolution.Solving;

public sealed class VersionSetTests
{
    // One word, its edges, and several words, against a set of numbers.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    [InlineData(300)]
    public void Operations_OfRandomSets_AgreeWithSetsOfNumbers(int states)
    {
        var random = new SeededRandomSource(states);
        for (var round = 0; round < 200; round++)
        {
            var (a, b) = (Draw(random, states), Draw(random, states));
            var (left, right) = (VersionSet.Of(a, states), VersionSet.Of(b, states));

            AssertSame(a.Intersect(b), left & right, states);
            AssertSame(a.Union(b), left | right, states);
            AssertSame(a.Except(b), left - right, states);
            Assert.Equal(a.IsSubsetOf(b), left.IsSubsetOf(right));
            Assert.Equal(a.Overlaps(b), left.Overlaps(right));
            Assert.Equal(a.SetEquals(b), left == right);
            Assert.True(left != right || left.GetHashCode() == right.GetHashCode());
        }
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 63, 64)]
    [InlineData(0, 64, 65)]
    [InlineData(63, 64, 65)]
    [InlineData(5, 4, 10)]
    [InlineData(70, 200, 300)]
    [InlineData(301, 300, 300)]
    public void Between_GivesThePositionsFromFirstToLast(int first, int last, int states) =>
        AssertSame(Enumerable.Range(first, last - first + 1), VersionSet.Between(first, last, states), states);

    private static HashSet<int> Draw(SeededRandomSource random, int states)
    {
        var one = 1 + random.Next(4);
        return [.. Enumerable.Range(0, states).Where(_ => random.Next(one) == 0)];
    }

    private static void AssertSame(IEnumerable<int> expected, VersionSet actual, int states)
    {
        int[] positions = [.. expected.Order()];
        Assert.Equal(positions, Enumerable.Range(0, states).Where(actual.Contains));
        Assert.Equal(positions.Length, actual.Count);
        Assert.Equal(positions.Length == 0, actual.IsEmpty);
        Assert.Equal(positions.LastOrDefault(-1), actual.Highest);
        Assert.Equal(positions.Contains(0), actual.AllowsAbsence);
    }
}
