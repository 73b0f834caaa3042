using System.Collections.Immutable;

namespace Sira.Session.Tests.Views;

/// <summary>What a session is, written as simply as can be: all that it ever was, by version.</summary>
internal sealed class ModelSession(string id, IEnumerable<ModelView> past)
{
    public string Id => id;

    /// <summary>The view at each version, from 0 on.</summary>
    public List<ModelView> Past { get; } = [.. past];

    public ModelView Now => Past[^1];

    public int Version => Past.Count - 1;

    public void Message(string text) => Past.Add(Now with { Messages = Now.Messages.Add((Past.Count, text)) });

    public void Summary(string text) => Past.Add(Now with { Summaries = Now.Summaries.Add((Past.Count, text)) });

    public void Set(string key, int? value) => Past.Add(Now with { State = value is { } set ? Now.State.SetItem(key, set) : Now.State.Remove(key) });

    public void Other() => Past.Add(Now);

    public void Rewind(int version) => Past.Add(Past[version]);

    public ModelSession Fork(string fork, int version) => new(fork, [.. Past.Take(version + 1), Past[version]]);

    public static ModelSession New(string id) => new(id, [ModelView.Empty, ModelView.Empty]);
}
