using System.Collections.Immutable;

namespace Sira.Session.Tests.Views;

internal sealed record ModelView(ImmutableList<(int Version, string Text)> Messages, ImmutableList<(int Version, string Text)> Summaries, ImmutableSortedDictionary<string, int> State)
{
    public static ModelView Empty { get; } = new([], [], ImmutableSortedDictionary<string, int>.Empty);
}
